package io.zeal.verification.servers;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the memcached to start: the one that was named, else the one on the PATH. */
record MemcachedBinary(ProgramSearch search) {

  private static final String PROPERTY = "test.memcached";
  private static final String VARIABLE = "ZEAL_MEMCACHED";

  /** The memcached of this machine. */
  static MemcachedBinary ofThisMachine() {
    return new MemcachedBinary(ProgramSearch.ofThisMachine());
  }

  Path find() {
    return search
        .named(PROPERTY, VARIABLE, "memcached")
        .or(() -> search.onPath("memcached"))
        .orElseThrow(MemcachedBinary::missing);
  }

  /** What it was built with. */
  Set<MemcachedFeature> features() {
    return MemcachedFeature.in(ServerProcess.output(List.of(find().toString(), "-h")));
  }

  /**
   * Finds one that has all of these.
   *
   * @throws MissingFeatureException if the one there is has not
   */
  Path find(Set<MemcachedFeature> wanted) {
    var found = find();
    if (!wanted.isEmpty()) {
      var missing = EnumSet.copyOf(wanted);
      missing.removeAll(features());
      if (!missing.isEmpty()) {
        throw new MissingFeatureException(
            "%s was built without %s: its -h lists no %s. Name another with %s."
                .formatted(found, missing, options(missing), VARIABLE));
      }
    }
    return found;
  }

  private static String options(Set<MemcachedFeature> features) {
    return features.stream().map(MemcachedFeature::option).collect(Collectors.joining(", "));
  }

  private static MissingServerException missing() {
    return new MissingServerException(
        """
        No memcached. Looked at -D%s and %s (not set), and for memcached on the PATH. \
        Get one: apt-get install memcached, dnf install memcached, brew install memcached; or name one with %s.\
        """
            .formatted(PROPERTY, VARIABLE, VARIABLE));
  }
}
