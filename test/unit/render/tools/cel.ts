/** The evaluator is an ES module, which a CommonJS file can only load at run time. */
export async function celEvaluator() {
  const { evaluate } = await import('@marcbachmann/cel-js');
  return evaluate;
}

export type CelEvaluator = Awaited<ReturnType<typeof celEvaluator>>;
