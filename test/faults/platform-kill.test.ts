import { describePlatformKill } from "./describe-platform-kill.ts";

describePlatformKill({
  rows: 6000,
  kills: 3,
  pauseMs: 1200,
  patienceMs: 180_000,
});
