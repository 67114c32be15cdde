package io.zeal.memcached;

/** How a server is spoken to. */
enum Protocol {
  /** The protocol of text lines: every server and proxy knows it. */
  TEXT,
  /** The older binary protocol: what SASL needs. */
  BINARY
}
