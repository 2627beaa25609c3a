/**
 * Labels that Cilium leaves out of a pod's identity unless its configuration says otherwise.
 * @see pkg/labelsfilter/filter.go of Cilium 1.19 (`defaultLabelPrefixCfg`)
 */
const LEFT_OUT = [
  /^(.*beta\.kubernetes\.io|io\.kubernetes|k8s\.io|kubernetes\.io|topology\.kubernetes\.io)/,
  /^(apps\.kubernetes\.io\/pod-index|statefulset\.kubernetes\.io\/pod-name)/,
  /^batch\.kubernetes\.io\/(controller-uid|job-completion-index)/,
  /^(controller-revision-hash|controller-uid|pod-template-generation|pod-template-hash)/,
  /^(annotation|etcd_node)/,
];

/** A program has few keys and asks for them with each edge. */
const known = new Map<string, boolean>();
const MOST_KNOWN = 1024;

/** True if Cilium matches pods by a label. A rule that selects by any other selects nothing. */
export function isIdentityLabel(key: string): boolean {
  let matched = known.get(key);
  if (matched === undefined) {
    matched = !LEFT_OUT.some((pattern) => pattern.test(key));
    if (known.size < MOST_KNOWN) known.set(key, matched);
  }
  return matched;
}
