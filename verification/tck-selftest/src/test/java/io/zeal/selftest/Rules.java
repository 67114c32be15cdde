package io.zeal.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is written in docs/contract, and what the kit tests. */
final class Rules {

  private static final Path DOCS = Path.of(System.getProperty("reactor.root"), "docs", "contract");
  private static final Pattern MUST =
      Pattern.compile("(?m)^\\*\\*([SCXKPRNTHB]\\d+\\.\\d+)\\*\\* MUST ");
  private static final Pattern RULE =
      Pattern.compile("(?m)^\\*\\*([SCXKPRNTHB]\\d+\\.\\d+)\\*\\* (MUST|SHOULD) ");
  private static final Pattern EXCUSED = Pattern.compile("(?m)^\\| ([SCXKPRNTHB]\\d+\\.\\d+) \\|");

  private Rules() {}

  /** The rule that a kit test is about: {@code s4_2_expiredRow…} is about S4.2. */
  static String of(String test) {
    String[] parts = test.split("_", 3);
    return parts[0].toUpperCase(Locale.ROOT) + "." + parts[1];
  }

  /** The names of the kit's tests. */
  static Set<String> tests() {
    return Subjects.ALL.stream()
        .map(Class::getSuperclass)
        .flatMap(kit -> Arrays.stream(kit.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Set<String> written() {
    return found(
        RULE,
        "store.md",
        "counter.md",
        "scripts.md",
        "cache.md",
        "pubsub.md",
        "reliable.md",
        "announce.md",
        "tiered.md",
        "shared.md",
        "resilience.md");
  }

  static Set<String> musts() {
    return found(
        MUST,
        "store.md",
        "counter.md",
        "scripts.md",
        "cache.md",
        "pubsub.md",
        "reliable.md",
        "announce.md",
        "tiered.md",
        "shared.md",
        "resilience.md");
  }

  static Set<String> excused() {
    return found(EXCUSED, "untested.md");
  }

  private static Set<String> found(Pattern pattern, String... files) {
    Set<String> rules = new TreeSet<>();
    for (String file : List.of(files)) {
      Matcher matcher = pattern.matcher(read(DOCS.resolve(file)));
      while (matcher.find()) {
        rules.add(matcher.group(1));
      }
    }
    return rules;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
