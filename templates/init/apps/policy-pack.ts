import { PolicyPack } from '@pulumi/policy';
import { portcullisPolicies } from 'portcullis/policy-pack';

new PolicyPack('{{name}}', { policies: portcullisPolicies() });
