/** Does `work` for each of `all`, so many at a time, and keeps the order of the answers. */
export async function atOnce<T, Answer>(
  limit: number,
  all: readonly T[],
  work: (one: T) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const queue = all.entries();
  const worker = async () => {
    for (const [index, one] of queue) answers[index] = await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(limit, all.length) }, worker));
  return answers;
}
