import { PolicyPack } from '@pulumi/policy';
import { portcullisPolicies } from '../lib/policy-pack';

new PolicyPack('portcullis', { policies: portcullisPolicies() });
