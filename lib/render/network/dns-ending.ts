import type { Cluster } from '../../model/cluster';
import { type Likeness, SharedList } from '../../model/shared';
import { byText, distinctTexts } from '../../model/short-list';

/** How queries go on, for each kind of name, in every namespace of one cluster. */
export interface ClusterEndings {
  readonly behindHosts: AnyEndings;
  readonly behindOwn: AnyEndings;
  readonly behindOthers: AnyEndings;
}

export function clusterEndings({ domain, searchDomains }: Cluster): ClusterEndings {
  const services = `.svc.${domain}`;
  const search = [`.${NAMESPACE}${services}`, services, `.${domain}`, ...searchDomains.map((name) => `.${name}`)];
  const others = ['', '.svc', services].flatMap((spelling) => asked(spelling, search, services));
  const own = others.map((ending) => `.${NAMESPACE}${ending}`);
  return {
    behindHosts: new AnyEndings(asked('', search, '')),
    behindOwn: new AnyEndings([...asked('', search, `.${NAMESPACE}${services}`), ...own]),
    behindOthers: new AnyEndings(others),
  };
}

/** In capitals, so that they are in no name of DNS or Kubernetes. */
const NAMESPACE = 'NAMESPACE';
const STEM = 'STEM';

/** Endings with NAMESPACE in place of the namespace whose pods ask. */
class AnyEndings {
  /** What is around NAMESPACE in each. */
  private pieces: readonly (readonly string[])[];
  /** What is asked for STEM, in the order of the pieces. */
  private pattern: SharedList<string>;
  private readonly areOrdinary: boolean;

  constructor(endings: readonly string[]) {
    this.pieces = [...new Set(endings)].map((ending) => ending.split(NAMESPACE));
    this.pattern = this.patternOf(this.pieces);
    this.areOrdinary = this.pieces.flat().every((piece) => /^[a-z0-9.-]*$/.test(piece));
  }

  in(namespace: string): Endings {
    if (!this.areOrdinary || !LABEL.test(namespace)) return new Endings(distinctTexts(this.endings(namespace)));
    if (!isAscending(this.endings(namespace))) this.sortFor(namespace);
    const endings = this.endings(namespace);
    // In a namespace `svc` two of them are one.
    if (!isAscending(endings)) return new Endings(distinctTexts(endings));
    return new Endings(endings, { pattern: this.pattern, of: NAMESPACE, is: namespace });
  }

  private endings(namespace: string): string[] {
    return this.pieces.map((pieces) => pieces.join(namespace));
  }

  /** The order of two endings may depend on the namespace; for most of them it is the same. */
  private sortFor(namespace: string): void {
    const sorted = this.pieces.map((pieces) => ({ pieces, text: pieces.join(namespace) }));
    this.pieces = sorted.sort((a, b) => byText(a.text, b.text)).map(({ pieces }) => pieces);
    this.pattern = this.patternOf(this.pieces);
  }

  private patternOf(all: AnyEndings['pieces']): SharedList<string> {
    return new SharedList(() => all.map((pieces) => STEM + pieces.join(NAMESPACE)));
  }
}

const LABEL = /^[a-z0-9-]+$/;

function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || (texts[index - 1] as string) < text);
}

/** Endings in one namespace. */
export class Endings {
  private readonly longest: number;
  /** True if none is empty: then no query is a word like `on`, which YAML takes for something else. */
  private readonly haveDots: boolean;
  private readonly pattern: SharedList<string>;

  /**
   * @param endings sorted
   * @param likeness of what is asked for STEM; undefined if it is like nothing
   */
  constructor(
    private readonly endings: readonly string[],
    private readonly likeness?: Likeness<string>,
  ) {
    this.longest = Math.max(...endings.map(({ length }) => length));
    this.haveDots = endings.every((ending) => ending !== '');
    this.pattern = new SharedList(() => endings.map((ending) => STEM + ending), likeness);
  }

  /** What is asked for a name that starts with a stem, sorted. */
  behind(stem: string): SharedList<string> {
    const queries = () => this.endings.map((ending) => stem + ending).filter(canBeAsked);
    const isLikeOthers = this.likeness !== undefined && stem.length + this.longest <= MOST_CHARACTERS;
    if (!isLikeOthers || !PLAIN_NAME.test(stem) || !(this.haveDots || stem.includes('.')))
      return new SharedList(queries);
    return new SharedList(queries, { pattern: this.pattern, of: STEM, is: stem });
  }
}

/** A name that is written without quotes and is no pattern. */
const PLAIN_NAME = /^[a-z][a-z0-9.-]*$/;
const MOST_CHARACTERS = 253;

/**
 * No resolver asks for a name of more than 253 characters, which a long host becomes with a search domain behind it;
 * and Cilium refuses a policy that holds one of more than 255.
 */
function canBeAsked(query: string): boolean {
  return query.length <= MOST_CHARACTERS || query.replace(/^\*\*\./, '*.').length <= MOST_CHARACTERS;
}

/**
 * What a resolver asks for a spelling, up to the query that succeeds.
 * @param search what its search list puts behind names, with the dot
 */
function asked(spelling: string, search: readonly string[], found: string): string[] {
  const queries = search.map((domain) => spelling + domain);
  const success = queries.indexOf(found);
  if (success >= 0) return queries.slice(0, success + 1);
  return spelling === found ? [...queries, spelling] : queries;
}
