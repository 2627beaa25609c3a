/** Keeps what was computed last, up to a number of entries in all, so that pods that are alike are computed once. */
export class RowCache<Row> {
  private readonly rows = new Map<number, Row>();
  private entries = 0;

  constructor(
    private readonly sizeOf: (row: Row) => number,
    private readonly limit = 1_000_000,
  ) {}

  get(key: number, compute: () => Row): Row {
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const row = compute();
    this.entries += this.sizeOf(row);
    this.rows.set(key, row);
    for (const [oldest, old] of this.rows) {
      if (this.entries <= this.limit || oldest === key) break;
      this.rows.delete(oldest);
      this.entries -= this.sizeOf(old);
    }
    return row;
  }
}
