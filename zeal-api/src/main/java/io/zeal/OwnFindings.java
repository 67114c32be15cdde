package io.zeal;

import java.util.Set;
import java.util.TreeSet;

/**
 * The codes of all findings of Zeal's own modules, so that a slip is seen where one is
 * acknowledged, whichever of the modules are on the path. {@code ErrorsPageTest} compares this with
 * {@code docs/errors.md}, which {@code ErrorPageTest} of {@code verification/architecture} compares
 * with the sources.
 */
final class OwnFindings {

  /** Several versions of netty are on the path. */
  static final String MIXED_NETTY = "ZEAL-F521";

  /** The look at the start failed or took too long. */
  static final String NOT_SEEN = "ZEAL-F522";

  private static final Set<String> CODES =
      new TreeSet<>(
          Set.of(
              // table
              "ZEAL-F201",
              "ZEAL-F202",
              "ZEAL-F203",
              "ZEAL-F204",
              "ZEAL-F205",
              // redis
              "ZEAL-F301",
              "ZEAL-F302",
              "ZEAL-F303",
              "ZEAL-F304",
              "ZEAL-F305",
              "ZEAL-F306",
              "ZEAL-F307",
              "ZEAL-F308",
              "ZEAL-F309",
              "ZEAL-F310",
              "ZEAL-F311",
              "ZEAL-F312",
              "ZEAL-F313",
              "ZEAL-F314",
              "ZEAL-F315",
              "ZEAL-F316",
              "ZEAL-F317",
              // caches
              "ZEAL-F401",
              "ZEAL-F402",
              "ZEAL-F403",
              // tiered
              "ZEAL-F501",
              "ZEAL-F502",
              "ZEAL-F503",
              "ZEAL-F504",
              // resilience, telemetry
              "ZEAL-F505",
              "ZEAL-F511",
              // the path, the start
              MIXED_NETTY,
              NOT_SEEN,
              // memcached
              "ZEAL-F601",
              "ZEAL-F602",
              "ZEAL-F603",
              "ZEAL-F604",
              "ZEAL-F605",
              "ZEAL-F606",
              "ZEAL-F607"));

  private OwnFindings() {}

  static Set<String> codes() {
    return CODES;
  }
}
