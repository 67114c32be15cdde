package io.zeal.verification.servers;

/** Whether there is a TLS port beside the plain one, and whom it lets in. */
enum Tls {
  NONE,
  SERVER,
  MUTUAL
}
