/**
 * Does `work` for each of `all`, so many at a time, and keeps the order of the answers. After a failure nothing more is
 * begun, and what is under way has ended before the failure is thrown: nothing goes on behind the caller's back.
 */
export async function atOnce<T, Answer>(
  limit: number,
  all: readonly T[],
  work: (one: T) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const failures: unknown[] = [];
  const queue = all.entries();
  const worker = async () => {
    for (const [index, one] of queue) {
      if (failures.length > 0) return;
      try {
        answers[index] = await work(one);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, all.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return answers;
}
