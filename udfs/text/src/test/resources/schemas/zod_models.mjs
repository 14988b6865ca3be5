// Prints what zod exports (toJSONSchema) of schemas as people write them, one JSON object a line: name, schema.
//
// usage: npm install zod && node zod_models.mjs
import * as z from "zod";

const Sentiment = z.enum(["positive", "negative", "mixed"]);
const Review = z.object({
  sentiment: Sentiment,
  stars: z.int().min(1).max(5).describe("Stars given"),
  summary: z.string().max(80),
  topics: z.array(z.enum(["price", "quality", "delivery"])).max(3).optional(),
});
const Address = z.object({ street: z.string(), postcode: z.string().regex(/^\d{5}(-\d{4})?$/), country: z.literal("DE") }).meta({ id: "Address" });
const Search = z.object({ tool: z.literal("search"), query: z.string(), limit: z.number().int().default(10) });
const Mail = z.object({ tool: z.literal("mail"), to: z.array(z.email()).min(1).max(2), body: z.string() });
const Stop = z.object({ tool: z.literal("stop") });
const Node = z.object({ label: z.string(), get children() { return z.array(Node); } });

const schemas = {
  Review,
  Person: z.object({ name: z.string().min(1).max(40), born: z.iso.date().nullable(), email: z.email().optional(), home: Address, others: z.array(Address) }),
  Invoice: z.strictObject({
    number: z.uuid(), issued: z.iso.datetime(), vat: z.number().min(0).lt(1), note: z.string().nullish(),
    lines: z.array(z.strictObject({ article: z.string(), count: z.int().positive(), price: z.number().nonnegative() })).min(1).max(3),
  }),
  Step: z.object({ thought: z.string(), call: z.discriminatedUnion("tool", [Search, Mail, Stop]) }),
  Answer: z.object({ answer: z.string(), confidence: z.number().min(0).max(1), citations: z.array(z.object({ source: z.url(), quote: z.string() })) }),
  Node,
  Loose: z.looseObject({ a: z.string() }),
  Record: z.record(z.string(), z.number()),
  PartialRecord: z.partialRecord(z.enum(["a", "b"]), z.boolean()),
  EnumRecord: z.record(z.enum(["a", "b"]), z.boolean()),
  Tuple: z.tuple([z.string(), z.number(), z.boolean().nullable()]),
  RestTuple: z.tuple([z.string()], z.number()),
  Union: z.union([z.string(), z.number(), z.null(), z.array(z.boolean()).max(2)]),
  Intersection: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })),
  Extended: Review.extend({ lang: z.string().length(2) }).omit({ topics: true }),
  Partial: Address.partial(),
  Formats: z.object({ d: z.iso.date(), t: z.iso.time(), dt: z.iso.datetime({ offset: true }), u: z.uuidv4(), ip: z.ipv4(), ip6: z.ipv6(), b64: z.base64(), id: z.cuid2(), e: z.email() }),
  Strings: z.object({ starts: z.string().startsWith("AB"), ends: z.string().endsWith("!"), has: z.string().includes("-"), lower: z.string().lowercase(), hex: z.hex() }),
  Numbers: z.object({ multiple: z.number().multipleOf(5).min(0).max(100), gt: z.number().gt(0), int32: z.int32(), float: z.float32(), negative: z.int().negative().min(-9) }),
  Literals: z.object({ one: z.literal(["a", 1, true, null]), native: z.enum({ A: 0, B: "b" }), fixed: z.literal("x").optional() }),
  Defaults: z.object({ a: z.string().default("x"), b: z.number().catch(1), c: z.boolean().readonly(), d: z.string().brand("id") }),
  Unknowns: z.object({ any: z.any(), unknown: z.unknown(), deep: z.array(z.record(z.string(), z.any())).max(1) }),
  Template: z.templateLiteral(["v", z.number().int().min(0).max(9), ".", z.enum(["alpha", "beta"])]),
  Sets: z.object({ tags: z.array(z.string()).min(1).max(2), matrix: z.array(z.array(z.int().min(0).max(1)).length(2)).length(2) }),
  Xor: z.xor([z.object({ a: z.string() }), z.object({ b: z.number() })]),
  Text: z.string(),
  Choice: z.enum(["yes", "no"]),
};

for (const [name, schema] of Object.entries(schemas)) {
  for (const target of ["draft-2020-12", "draft-7"]) {
    console.log(JSON.stringify({ name: `zod/${name}/${target}`, schema: z.toJSONSchema(schema, { target }) }));
  }
}
