/** A set of small numbers below a fixed size. */
export class Bits {
  private readonly words: Uint32Array;

  constructor(
    readonly size: number,
    words?: Uint32Array,
  ) {
    this.words = words ?? new Uint32Array((size + 31) >>> 5);
  }

  static of(size: number, members: Iterable<number>): Bits {
    const bits = new Bits(size);
    for (const member of members) bits.add(member);
    return bits;
  }

  static all(size: number): Bits {
    const bits = new Bits(size);
    bits.words.fill(0xffffffff);
    const rest = size & 31;
    if (rest > 0) bits.words[bits.words.length - 1] = 0xffffffff >>> (32 - rest);
    return bits;
  }

  add(member: number): void {
    this.words[member >>> 5] = (this.words[member >>> 5] as number) | (1 << (member & 31));
  }

  has(member: number): boolean {
    return ((this.words[member >>> 5] as number) & (1 << (member & 31))) !== 0;
  }

  /** Adds the members of `other` to this set. */
  addAll(other: Bits): void {
    const { words } = this;
    for (let index = 0; index < words.length; index++) {
      words[index] = (words[index] as number) | (other.words[index] as number);
    }
  }

  and(other: Bits): Bits {
    return this.combine(other, (a, b) => a & b);
  }

  or(other: Bits): Bits {
    return this.combine(other, (a, b) => a | b);
  }

  /** The members that are not in `other`. */
  without(other: Bits): Bits {
    return this.combine(other, (a, b) => a & ~b);
  }

  meets(other: Bits): boolean {
    for (let index = 0; index < this.words.length; index++) {
      if (((this.words[index] as number) & (other.words[index] as number)) !== 0) return true;
    }
    return false;
  }

  /** True if every member of `other` is in this set. */
  includes(other: Bits): boolean {
    for (let index = 0; index < this.words.length; index++) {
      if (((other.words[index] as number) & ~(this.words[index] as number)) !== 0) return false;
    }
    return true;
  }

  get isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  get count(): number {
    let count = 0;
    for (const word of this.words) count += bitCount(word);
    return count;
  }

  /** Calls `visit` with each member, in order. */
  forEach(visit: (member: number) => void): void {
    for (let index = 0; index < this.words.length; index++) {
      let word = this.words[index] as number;
      while (word !== 0) {
        const lowest = word & -word;
        visit((index << 5) + 31 - Math.clz32(lowest));
        word ^= lowest;
      }
    }
  }

  [Symbol.iterator](): Iterator<number> {
    return this.members()[Symbol.iterator]();
  }

  members(): number[] {
    const members: number[] = [];
    this.forEach((member) => {
      members.push(member);
    });
    return members;
  }

  private combine(other: Bits, operate: (a: number, b: number) => number): Bits {
    const words = new Uint32Array(this.words.length);
    for (let index = 0; index < words.length; index++) {
      words[index] = operate(this.words[index] as number, other.words[index] as number);
    }
    return new Bits(this.size, words);
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
