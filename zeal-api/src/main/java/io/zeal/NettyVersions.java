package io.zeal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether the jars of netty on the path are of one version. Several clients of servers bring it,
 * each its own, and a mixture fails where a class of one meets that of another: at any time.
 */
final class NettyVersions {

  /** Each of its jars has one, with a line for every artifact in it. */
  private static final String RESOURCE = "META-INF/io.netty.versions.properties";

  /**
   * A jar of netty's own, or its module in an image. Jars that carry netty under names of their own
   * ({@code grpc-netty-shaded}) kept the file as well; their classes meet no others.
   */
  private static final Pattern OWN_PLACE =
      Pattern.compile(
          "[/!]netty-[^/]*!/" + RESOURCE + "$|^jrt:/io\\.netty\\.[^/]*/" + RESOURCE + "$");

  private static final String VERSION = ".version";
  private static final int MOST_NAMED = 3;

  private NettyVersions() {}

  /** What is to be said, if there is more than one. */
  static Optional<Finding> inspect(ClassLoader loader) {
    SortedMap<String, SortedSet<String>> artifacts = read(loader);
    if (artifacts.size() < 2) {
      return Optional.empty();
    }
    String versions =
        artifacts.entrySet().stream()
            .map(it -> it.getKey() + " (" + names(it.getValue()) + ")")
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Finding(
            OwnFindings.MIXED_NETTY,
            Finding.Severity.WARNING,
            "netty is on the path in several versions: " + versions,
            "Import io.zeal:zeal-bom or io.netty:netty-bom, so that all its jars have one"
                + " version."));
  }

  private static String names(SortedSet<String> artifacts) {
    int more = artifacts.size() - MOST_NAMED;
    return artifacts.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** The artifacts of each version. A jar that cannot be read is no reason to fail. */
  private static SortedMap<String, SortedSet<String>> read(ClassLoader loader) {
    SortedMap<String, SortedSet<String>> artifacts = new TreeMap<>();
    try {
      for (URL url : Collections.list(loader.getResources(RESOURCE))) {
        if (!OWN_PLACE.matcher(url.toString()).find()) {
          continue;
        }
        Properties properties = new Properties();
        try (InputStream in = url.openStream()) {
          properties.load(in);
        }
        properties.stringPropertyNames().stream()
            .filter(NettyVersions::isOfTheSuite)
            .forEach(key ->
                artifacts
                    .computeIfAbsent(properties.getProperty(key), _ -> new TreeSet<>())
                    .add(key.substring(0, key.length() - VERSION.length())));
      }
    } catch (IOException | IllegalArgumentException e) {
      return new TreeMap<>();
    }
    return artifacts;
  }

  /** Native libraries of TLS and what is incubated have versions of their own. */
  private static boolean isOfTheSuite(String key) {
    return key.startsWith("netty-")
        && key.endsWith(VERSION)
        && !key.startsWith("netty-tcnative")
        && !key.startsWith("netty-incubator");
  }
}
