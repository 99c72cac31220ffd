import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { s3 } from "../../shared/aws/s3-client.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { describeObjectStore } from "./describe-object-store.ts";
import { BUCKET, startLocalCloud } from "./local-aws.ts";

describeObjectStore("in memory", async () => {
  const store = createMemoryObjectStore();
  return {
    store,
    drop: async (key, body, metadata) => store.drop(key, body, metadata),
    typeOf: async (key) => store.object(key)?.type,
  };
});

describeObjectStore("in S3", async () => {
  const cloud = await startLocalCloud();
  const client = s3();
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return {
    store: createS3ObjectStore({ client, bucket: BUCKET }),
    async drop(Key, Body, Metadata) {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, Metadata }));
    },
    async typeOf(Key) {
      return (await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }))).ContentType;
    },
    async close() {
      client.destroy();
      await cloud.close();
    },
  };
});
