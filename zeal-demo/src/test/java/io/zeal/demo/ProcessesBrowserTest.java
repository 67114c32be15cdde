package io.zeal.demo;

import static io.zeal.demo.ProcessEndpointsTest.over;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.Browser.Screen;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The panel of processes on one table in a real browser. */
class ProcessesBrowserTest {

  private static Browser browser;

  @TempDir private Path directory;

  private RunningDemo one;
  private RunningDemo other;

  @BeforeAll
  static void startBrowser() {
    browser = Browser.startOrSkip();
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void stop() {
    if (one != null) {
      one.close();
    }
    if (other != null) {
      other.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothAreShownAndWhatTheyAddIsEqual(Screen screen) {
    one = new RunningDemo(over(directory));
    other = new RunningDemo(over(directory));
    String there = ProcessEndpointsTest.name(other);
    browser.open(one.url(), screen);
    browser.awaitText("processes-count", "2 processes live");
    browser.awaitText("processes-verdict", "Equal: none of 0 got lost.");

    browser.click("processes-add");
    browser.await(
        "return document.getElementById('processes-verdict').textContent.startsWith('They add')");
    browser.await("return document.getElementById('processes-rate').textContent.endsWith('/s')");
    browser.await(
        "return /^Equal: none of [1-9][0-9,]+ got lost\\.$/"
            + ".test(document.getElementById('processes-verdict').textContent)");
    assertThat(browser.text("processes-sum")).isEqualTo(browser.text("processes-all"));
    assertThat(browser.text("processes-rows"))
        .contains(ProcessEndpointsTest.name(one), there, "alive");
    assertThat(browser.script("return document.querySelectorAll('#processes-rows tr').length"))
        .isEqualTo(2L);
    browser.picture("processes-" + screen);
    assertFitsWidth(screen);

    other.close();
    other = null;
    browser.awaitText("processes-count", "1 process lives");
    browser.await("return document.getElementById('processes-alone').textContent !== ''");
    assertThat(browser.text("processes-rows")).contains(there, "ended");
    assertThat(browser.console()).as("what the page wrote to the console").isEmpty();
  }

  @Test
  void aTableOfOneProcessHasNoSuchPanel() {
    one = new RunningDemo();
    browser.open(one.url(), Screen.DESKTOP);
    assertThat(browser.find("processes").isDisplayed()).isFalse();
    assertThat(browser.console()).as("what the page wrote to the console").isEmpty();
  }

  private static void assertFitsWidth(Screen screen) {
    assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
        .as("width of the content")
        .isLessThanOrEqualTo(screen.width);
  }
}
