/**
 * Addresses at which clouds hand out credentials and machine configuration to whoever asks from inside the machine.
 * No edge ever reaches one of them: a CIDR that is one is refused, a wider CIDR gets it as an exception, and the
 * Cilium dialect denies them outright, so that a host name cannot be pointed at them either.
 *
 * @see AWS instance metadata (IMDS): 169.254.169.254, fd00:ec2::254; also used by Google Cloud, Azure and others
 * @see AWS ECS task credentials 169.254.170.2; EKS Pod Identity agent 169.254.170.23, fd00:ec2::23
 * @see Google Cloud metadata over IPv6: fd20:ce::254
 * @see Azure platform endpoint ("wire server"): 168.63.129.16
 * @see Alibaba Cloud metadata: 100.100.100.200
 * @see Oracle Cloud classic metadata: 192.0.0.192; over IPv6 fd00:c1::a9fe:a9fe (cloud-init's Oracle data source)
 * @see Tencent Cloud metadata (metadata.tencentyun.com): 169.254.0.23
 * @see https://docs.cloud-init.io/en/latest/reference/datasources/scaleway.html for 169.254.42.42, fd00:42::42
 * @see https://docs.cloud-init.io/en/latest/reference/datasources/akamai.html for fd00:a9fe:a9fe::1
 * @see https://docs.openstack.org/nova/latest/admin/metadata-service.html for fe80::a9fe:a9fe
 */
export const METADATA_ADDRESSES: readonly string[] = Object.freeze([
  '100.100.100.200',
  '168.63.129.16',
  '169.254.0.23',
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '169.254.42.42',
  '192.0.0.192',
  'fd00:42::42',
  'fd00:a9fe:a9fe::1',
  'fd00:c1::a9fe:a9fe',
  'fd00:ec2::23',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fe80::a9fe:a9fe',
]);

/**
 * Names under which clouds serve the same endpoints.
 * @see Google Cloud: metadata.google.internal, metadata.goog
 * @see IBM Cloud VPC: api.metadata.cloud.ibm.com
 * @see Tencent Cloud: metadata.tencentyun.com
 */
export const METADATA_HOSTS: readonly string[] = Object.freeze([
  'api.metadata.cloud.ibm.com',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
  'metadata.goog',
  'metadata.google.internal',
  'metadata.tencentyun.com',
]);

/** A metadata address as a CIDR of that one address. */
export function metadataCidr(address: string): string {
  return address.includes(':') ? `${address}/128` : `${address}/32`;
}
