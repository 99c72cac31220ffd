import type { HttpPost } from "../../shared/ports.ts";
import type { FixedClock } from "./fixed-clock.ts";

type Answer = Awaited<ReturnType<HttpPost>>;
type Posted = Parameters<HttpPost>[0] & { readonly at: number };

/** The servers behind all webhooks: keeps what was posted, and answers as it is told to. */
export interface MemoryReceiver {
  readonly posts: readonly Posted[];
  readonly post: HttpPost;
  /** Answers from now on, by the address and how often it was posted to before. */
  answer: (url: string, before: number) => Answer;
  /** The ids of the events that came through to an address. */
  heard(url: string): string[];
}

const OK: Answer = { status: 200 };

/** Each answer takes a while. */
const TAKES_MS = 120;

export function createMemoryReceiver(clock: FixedClock, pass: () => void = () => undefined): MemoryReceiver {
  const posts: (Posted & { readonly isTaken: boolean })[] = [];
  const receiver: MemoryReceiver = {
    posts,
    answer: () => OK,
    async post(request) {
      await Promise.resolve();
      pass();
      const before = posts.filter(({ url }) => url === request.url).length;
      const answer = receiver.answer(request.url, before);
      const isTaken = "status" in answer && answer.status >= 200 && answer.status < 300;
      posts.push({ ...request, at: clock(), isTaken });
      clock.advance(TAKES_MS);
      return answer;
    },
    heard: (url) =>
      posts.filter((one) => one.url === url && one.isTaken).map(({ headers }) => headers["webhook-id"] ?? ""),
  };
  return receiver;
}
