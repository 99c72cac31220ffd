import { createMemoryTable } from "../fakes/memory-table.ts";
import { describeTable } from "./describe-table.ts";
import { startLocalTable } from "./local-table.ts";

describeTable("in memory", async () => ({ table: createMemoryTable() }));

describeTable("in DynamoDB", startLocalTable);
