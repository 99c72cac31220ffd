import { describePlatformKill } from "./describe-platform-kill.ts";

describePlatformKill({
  rows: 50_000,
  kills: 3,
  pauseMs: 8000,
  killsDatabase: true,
  patienceMs: 900_000,
});
