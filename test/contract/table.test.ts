import { createMemoryTable } from "../fakes/memory-table.ts";
import { describeTable } from "./describe-table.ts";
import { startLocalTable } from "./local-table.ts";

describeTable("the table in memory", async () => ({ table: createMemoryTable() }));

describeTable("the table in DynamoDB", startLocalTable);
