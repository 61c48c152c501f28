/** Where "now" comes from. In a running system this is the database's clock (see decisions/0003). */
export type Clock = { now(): Date }
