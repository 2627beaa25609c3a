let turn = 0;
let isCounted = false;

/**
 * A number that stays the same until code that runs now has come to its end, so that what was found can be kept as long
 * as nobody else could have changed anything. Unlike a callback for each of those who ask, it holds none of them: a
 * program that builds one app after the other in one go would otherwise hold all of them at once.
 */
export function currentTurn(): number {
  if (!isCounted) {
    isCounted = true;
    queueMicrotask(() => {
      turn++;
      isCounted = false;
    });
  }
  return turn;
}
