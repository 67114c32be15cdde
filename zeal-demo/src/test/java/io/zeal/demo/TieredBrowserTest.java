package io.zeal.demo;

import static io.zeal.demo.TieredEndpointsTest.TIERED;
import static io.zeal.demo.TieredEndpointsTest.over;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.Browser.Screen;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The panel of two levels in a real browser: both servers on the page of one. */
class TieredBrowserTest {

  private static Browser browser;
  private static RedisServer redis;

  private RunningDemo one;
  private RunningDemo other;

  @BeforeAll
  static void startBrowser() {
    browser = Browser.startOrSkip();
    redis = ServerTests.startOrSkip(RedisServer::start);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
    if (redis != null) {
      redis.close();
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
  void bothServersAreShownAndADroppedInvalidationIsFoundOut(Screen screen) {
    redis.command("FLUSHALL");
    one = new RunningDemo(over(redis));
    other = new RunningDemo(over(redis));
    String here = TieredEndpointsTest.name(one);
    String there = TieredEndpointsTest.name(other);
    browser.open(one.url(), screen);
    browser.awaitText("tiered-count", "2 servers answer");
    browser.await(all(".level", "L1"));

    browser.labelled("Write at " + here + ", this demo").click();
    browser.await(all("strong", "1"));
    browser.awaitText("tiered-note", "1 is written at this demo.");

    browser.await(all(".level", "L1"));
    browser.labelled("Drop the next 10 invalidations of " + there).click();
    browser.await(in(there, ".note", "textContent.includes('The next 10 invalidations')"));
    browser.labelled("Write at " + here + ", this demo").click();
    browser.await(all("strong", "2"));
    browser.await(in(there, ".note", "textContent.includes('The next 9 invalidations')"));
    browser.await(in(there, "dl div:nth-child(4) dd", "textContent === '1'"));
    assertThat(browser.text("servers")).contains("Generation", "Gaps found", here, there);
    browser.picture("tiered-" + screen);
    assertFitsWidth(screen);

    other.close();
    other = null;
    browser.awaitText("tiered-count", "1 server answers");
    browser.await("return document.getElementById('tiered-alone').textContent !== ''");
    assertThat(browser.console()).as("what the page wrote to the console").isEmpty();
  }

  @Test
  void aBackendWithoutCopiesHasNoSuchPanel() {
    one = new RunningDemo();
    browser.open(one.url(), Screen.DESKTOP);
    assertThat(one.get(TIERED).json().at("/there").booleanValue()).isFalse();
    assertThat(browser.find("tiered").isDisplayed()).isFalse();
    assertThat(browser.console()).as("what the page wrote to the console").isEmpty();
  }

  private static String all(String part, String text) {
    return "const found = [...document.querySelectorAll('#servers "
        + part
        + "')]; return found.length === 2 && found.every((it) => it.textContent === '"
        + text
        + "')";
  }

  private static String in(String server, String part, String holds) {
    return "return document.querySelector('[data-server=\""
        + server
        + "\"] "
        + part
        + "')."
        + holds;
  }

  private static void assertFitsWidth(Screen screen) {
    assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
        .as("width of the content")
        .isLessThanOrEqualTo(screen.width);
  }
}
