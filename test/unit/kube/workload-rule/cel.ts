import { CEL_VARIABLES, type CelVariable } from '../../../../lib/kube/workload-rule/cel';

type Parsed = (context: Record<string, unknown>) => unknown;

/** Holds expressions against an admission request as the API server does: variables first, in their order. */
export interface CelRequest {
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly request?: unknown;
  readonly namespaceObject?: unknown;
}

/** The evaluator is an ES module, which a CommonJS file can only load at run time. */
export async function celRequests() {
  const { parse } = await import('@marcbachmann/cel-js');
  const known = new Map<string, Parsed>();
  const parsed = (expression: string) => {
    const found = known.get(expression) ?? (parse(expression) as unknown as Parsed);
    known.set(expression, found);
    return found;
  };
  return (expression: string, request: CelRequest, declared: readonly CelVariable[] = CEL_VARIABLES): unknown => {
    const variables: Record<string, unknown> = {};
    const context = { object: null, oldObject: null, request: {}, ...request, variables };
    for (const { name, expression: of } of declared) variables[name] = parsed(of)(context);
    return parsed(expression)(context);
  };
}

export type EvaluateCel = Awaited<ReturnType<typeof celRequests>>;
