package io.zeal.verification.servers;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What only some builds of memcached can. */
public enum MemcachedFeature {

  /** A name and a password in the text protocol. */
  PASSWORD("-Y"),

  /** A name and a password in the binary protocol. */
  SASL("-S"),

  /** Encrypted connections. */
  TLS("-Z");

  private final String option;

  MemcachedFeature(String option) {
    this.option = option;
  }

  /** The option of the program that asks for it. */
  String option() {
    return option;
  }

  /** Those that are among the options which a memcached lists. */
  static Set<MemcachedFeature> in(String help) {
    return Stream.of(values())
        .filter(it -> help.lines().anyMatch(line -> line.startsWith(it.option + ",")))
        .collect(Collectors.toUnmodifiableSet());
  }
}
