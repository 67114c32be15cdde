package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.Browser.Screen;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;

/** The page over Memcached in a real browser: what it cannot serve is off, and says why. */
class MemcachedBrowserTest {

  private static Browser browser;
  private static MemcachedServer memcached;

  private RunningDemo demo;

  @BeforeAll
  static void startBrowser() {
    memcached = ServerTests.startOrSkip(MemcachedServer::start);
    browser = Browser.startOrSkip();
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
    if (memcached != null) {
      memcached.close();
    }
  }

  @BeforeEach
  void start() {
    assertThat(memcached.command("flush_all")).isEqualTo("OK");
    demo = new RunningDemo(DemoOnMemcachedTest.config(memcached));
  }

  @AfterEach
  void stop() {
    demo.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatTheBackendLacksIsOffAndSaysWhy(Screen screen) {
    browser.open(demo.url(), screen);
    assertSays("list-lack", "Rows cannot be listed: the backend 'memcached' has no PAGE.");
    assertSays("count-lack", "Rows cannot be counted: the backend 'memcached' has no COUNT.");
    assertSays("counter-lack", "Counters cannot go below zero: the backend 'memcached' has no");
    assertSays("room-lack", "There is no chat room: the backend 'memcached' has no PUB_SUB.");
    assertSays("queue-lack", "There is no queue of orders: the backend 'memcached' has no");
    assertOff("list-lack", "page-first", "page-back", "page-next");
    assertOff("counter-lack", "counter-minus");
    assertOff("room-lack", "chat-name", "chat-text", "chat-say");
    assertOff("queue-lack", "order-item", "order-count", "order-work", "order-times");
    assertOff("queue-lack", "order-done", "order-fail", "order-retry", "order-reject");
    assertThat(browser.find("tiered").isDisplayed()).isFalse();
    assertThat(browser.text("tile-rows")).isEqualTo("not counted");
    browser.click("roundtrip");
    browser.awaitText("backend-note", "Every step did what it should.");
    browser.scheme("light");
    browser.picture("memcached-" + screen + "-light");
    browser.scheme("dark");
    browser.picture("memcached-" + screen + "-dark");
    browser.scheme("light");

    browser.click("store-new");
    assertSays("new-lack", "A store cannot be bounded to a number of rows: the backend");
    assertOff("new-lack", "new-capacity", "new-overflow");
    browser.picture("memcached-store-" + screen);
    browser.type("new-name", "sessions");
    browser.find("new-name").sendKeys(Keys.ENTER);
    browser.awaitText("tile-store", "sessions");
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void rowsAreShownAddedPatchedIncrementedAndDeletedByKey(Screen screen) {
    browser.open(demo.url(), screen);
    assertThat(browser.text("rows-unseen")).contains("Show a row by its key");
    browser.find("find-key").sendKeys(Keys.ENTER);
    browser.await(keys("player-00001"));
    browser.click("row-new");
    browser.type("row-key", "ada");
    browser.type("row-score", "41");
    browser.click("row-put");
    browser.await(keys("ada,player-00001"));
    browser.labelled("Add 1 to the score of ada").click();
    browser.awaitText("store-note", "ada: the score is 42.");
    browser.labelled("Edit ada").click();
    browser.await("return document.getElementById('row-dialog').open");
    browser.type("row-name", "Lovelace");
    browser.click("row-patch");
    browser.awaitText("store-note", "ada: changed name.");
    browser.await("return document.getElementById('rows').textContent.includes('Lovelace')");
    browser.type("fill-rows", "5");
    browser.find("fill-rows").sendKeys(Keys.ENTER);
    browser.await(keys("player-00049,ada,player-00001"));
    browser.labelled("Delete ada").click();
    browser.await(keys("player-00049,player-00001"));
    browser.picture("memcached-rows-" + screen);
    browser.click("store-clear");
    browser.find("clear-form").submit();
    browser.await(keys(""));
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void theCounterGoesDownToZeroAndNoFurther(Screen screen) {
    browser.open(demo.url(), screen);
    browser.awaitText("counter-value", "0");
    browser.click("counter-plus");
    browser.awaitText("counter-value", "1");
    assertThat(browser.find("counter-minus").isEnabled()).isTrue();
    browser.click("counter-minus");
    browser.awaitText("counter-value", "0");
    assertOff("counter-lack", "counter-minus");
    assertThat(browser.script("return document.activeElement.id")).isEqualTo("counter-plus");
    browser.type("cas-expected", "0");
    browser.type("cas-next", "-1");
    browser.find("cas-next").sendKeys(Keys.ENTER);
    assertThat(browser.script("return document.getElementById('cas-next').checkValidity()"))
        .isEqualTo(false);
    browser.type("cas-next", "9");
    browser.find("cas-next").sendKeys(Keys.ENTER);
    browser.awaitText("counter-value", "9");
    assertThat(browser.find("counter-minus").isEnabled()).isTrue();
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void incrementsAddUpAndTheCacheLoadsOnce(Screen screen) {
    browser.open(demo.url(), screen);
    browser.type("inc-clients", "20");
    browser.type("inc-each", "25");
    browser.click("inc-run");
    browser.await(
        "return document.getElementById('inc-note').textContent.startsWith('Exact: 500 of 500')");
    browser.await(keys("tally"));
    browser.type("stampede-callers", "200");
    browser.click("stampede-run");
    browser.awaitText("stampede-note", "200 callers, 1 load.");
    demo.post("/demo/counter/increment", "{\"name\": \"requests\", \"by\": 41}");
    browser.awaitText("counter-value", "41");
    assertFitsWidth(screen);
    assertQuiet();
  }

  private static void assertSays(String id, String sentence) {
    assertThat(browser.text(id)).startsWith(sentence).contains("table").endsWith("ZEAL-501");
  }

  /** Off, and whoever asks a control why is led to the sentence. */
  private static void assertOff(String why, String... ids) {
    for (String id : List.of(ids)) {
      assertThat(browser.find(id).isEnabled()).as(id).isFalse();
      assertThat(browser.find(id).getDomAttribute("aria-describedby")).as(id).isEqualTo(why);
    }
  }

  /** The keys of the rows that are shown. */
  private static String keys(String joined) {
    return "return [...document.querySelectorAll('#rows tr')].map((row) => row.dataset.key).join() === '"
        + joined
        + "'";
  }

  private static void assertFitsWidth(Screen screen) {
    assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
        .as("width of the content")
        .isLessThanOrEqualTo(screen.width);
  }

  private static void assertQuiet() {
    assertThat(browser.console()).as("what the page wrote to the console").isEmpty();
  }
}
