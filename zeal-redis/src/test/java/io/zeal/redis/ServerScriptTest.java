package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How texts of scripts are put together; what they do is tested on servers. */
class ServerScriptTest {

  @Test
  void theFirstLineOfAnApplicationsScriptStaysTheFirst() {
    String whole = ServerScript.touching("local a = 1\nreturn a").source();
    assertThat(whole.lines().toList().get(0)).endsWith("local a = 1");
    assertThat(whole.lines().toList().get(1)).isEqualTo("return a");
  }

  @Test
  void whatAScriptSaysToTheServerStaysInFront() {
    String whole = ServerScript.touching("#!lua flags=allow-oom\nreturn 1").source();
    assertThat(whole).startsWith("#!lua flags=allow-oom\n");
    assertThat(whole.lines().toList().get(1)).endsWith("return 1");
  }

  @Test
  void aFunctionHasMoreArgumentsOnlyIfItsTextHas() {
    assertThat(ServerScript.touching("return arg").source())
        .startsWith("local script = function() ");
    assertThat(ServerScript.touching("return ...").source())
        .startsWith("local script = function(...) ");
  }

  @Test
  void errorsNameTheDigestOfTheScriptAlone() {
    String source = "return 1";
    assertThat(ServerScript.touching(source).source())
        .contains("script: " + ServerScript.foreign(source).digest() + ", on @");
    assertThat(ServerScript.touching(source).foreign()).isTrue();
  }

  @Test
  void aChangeStandsWholeInItsAnnouncement() {
    ServerScript announced = ServerScript.WRITE.announced();
    assertThat(announced.source()).contains(ServerScript.WRITE.source());
    assertThat(announced.digest()).isNotEqualTo(ServerScript.WRITE.digest());
    assertThat(announced.foreign()).isFalse();
  }
}
