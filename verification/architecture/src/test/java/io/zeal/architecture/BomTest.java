package io.zeal.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** zeal-bom has no parent, so that nothing but its own list is imported; this keeps it in step. */
class BomTest {

  private static final Pattern OWN_ARTIFACT =
      Pattern.compile("<artifactId>(zeal-(?!bom|parent)[a-z-]+)</artifactId>");
  private static final Pattern NETTY = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.Final");
  private static final Pattern VERSION = Pattern.compile("<version>(\\d[^<]*)</version>");

  @Test
  void bomListsExactlyThePublishedModules() throws IOException {
    var published =
        Reactor.publishedModules().stream().map(it -> it.directory().getFileName().toString());

    assertThat(all(OWN_ARTIFACT, bom())).containsExactlyInAnyOrderElementsOf(published.toList());
  }

  @Test
  void bomAlignsTheNettyThatIsTested() throws IOException {
    assertThat(all(NETTY, bom())).isEqualTo(all(NETTY, parent())).hasSize(1);
  }

  @Test
  void bomHasTheVersionOfTheReactor() throws IOException {
    assertThat(all(VERSION, bom()).getFirst()).isEqualTo(all(VERSION, parent()).getFirst());
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(BomTest::lastGroup).toList();
  }

  private static String lastGroup(MatchResult match) {
    return match.group(match.groupCount());
  }

  private static String bom() throws IOException {
    return Files.readString(Reactor.ROOT.resolve("zeal-bom/pom.xml"));
  }

  private static String parent() throws IOException {
    return Files.readString(Reactor.ROOT.resolve("pom.xml"));
  }
}
