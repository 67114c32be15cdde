package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.Browser.Screen;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cache's panel in a real browser. */
class CacheBrowserTest {

  private static Browser browser;

  @TempDir private Path directory;

  private RunningDemo demo;

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

  @BeforeEach
  void start() {
    demo = new RunningDemo(CacheEndpointsTest.inFiles(directory));
  }

  @AfterEach
  void stop() {
    demo.close();
  }

  @ParameterizedTest
  @EnumSource
  void aValueIsLoadedHitServedStaleAndRemoved(Screen screen) {
    browser.open(demo.url(), screen);
    browser.click("cache-get");
    browser.awaitText("cache-note", "The loader was asked.");
    String visitors = browser.text("cache-value");
    assertThat(visitors).matches("[1-9],[0-9]{3}");
    assertThat(browser.text("cache-tier")).isEqualTo("in memory");
    browser.awaitText("cache-loads", "1");

    browser.click("cache-get");
    browser.await(noteStarts("From the cache, loaded"));
    browser.awaitText("cache-hits", "1");
    browser.awaitText("cache-loads", "1");

    browser.click("cache-expire");
    browser.await(noteStarts("Monday is expired"));
    browser.click("cache-fails");
    browser.click("cache-get");
    browser.await(noteStarts("Stale value served, loaded"));
    assertThat(browser.text("cache-value")).isEqualTo(visitors);
    browser.awaitText("cache-failed", "1");
    browser.awaitText("cache-stale", "1");
    assertFitsWidth(screen);
    assertThat(browser.console()).isEmpty();
    browser.click("stampede-run");
    browser.awaitText("stampede-note", "1,000 callers, 1 load.");
    browser.click("tags-fill");
    browser.await("return document.querySelectorAll('#tagged .has').length === 6");
    browser.labelled("Remove everything tagged red").click();
    browser.awaitText("tags-note", "Nothing tagged red is left; 4 entries remain.");
    browser.picture("cache-" + screen);

    browser.click("cache-remove");
    browser.awaitText("cache-note", "Monday is removed; there was nothing fresh.");
    browser.click("cache-get");
    browser.await("return document.getElementById('cache-note').dataset.kind === 'error'");
    assertThat(browser.text("cache-note")).contains("its loader threw", "ZEAL-602");
    assertThat(browser.text("cache-value")).isEqualTo("–");
    assertFitsWidth(screen);
    assertThat(browser.console()).isNotEmpty().allMatch(line -> line.contains("502"));
  }

  @ParameterizedTest
  @EnumSource
  void aThousandCallersMakeOneLoad(Screen screen) {
    browser.open(demo.url(), screen);
    browser.click("stampede-run");
    browser.awaitText("stampede-note", "1,000 callers, 1 load.");
    browser.awaitText("stampede-served", "1,000");
    browser.awaitText("stampede-loads", "1");
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void aTagTakesItsEntriesAlong(Screen screen) {
    browser.open(demo.url(), screen);
    browser.click("tags-fill");
    browser.await(tagged("has", 6));
    browser.labelled("Remove everything tagged red").click();
    browser.awaitText("tags-note", "Nothing tagged red is left; 4 entries remain.");
    browser.await(tagged("lacks", 2));
    browser.labelled("Remove everything tagged square").click();
    browser.awaitText("tags-note", "Nothing tagged square is left; 2 entries remain.");
    assertThat(browser.script("return document.querySelector('#tagged .has').firstChild.data"))
        .isEqualTo("green circle");
    assertFitsWidth(screen);
    assertQuiet();
  }

  @Test
  void afterARestartThePageSaysWhatWasThere() {
    browser.open(demo.url(), Screen.DESKTOP);
    browser.awaitText("cache-warm", "0 values were here when this process began");
    browser.click("cache-get");
    browser.awaitText("cache-note", "The loader was asked.");
    String visitors = browser.text("cache-value");

    demo.close();
    demo = new RunningDemo(CacheEndpointsTest.inFiles(directory));

    browser.open(demo.url(), Screen.DESKTOP);
    browser.awaitText(
        "cache-warm", "1 value was here when this process began, loaded by an earlier one");
    browser.awaitText("cache-kept", "Kept in memory and in files: a restart is warm");
    browser.click("cache-get");
    browser.await(
        "return document.getElementById('cache-note').textContent.includes('before this process began')");
    assertThat(browser.text("cache-value")).isEqualTo(visitors);
    browser.awaitText("cache-loads", "0");
    browser.picture("cache-restarted");
    assertQuiet();
  }

  private static String noteStarts(String text) {
    return "return document.getElementById('cache-note').textContent.startsWith('" + text + "')";
  }

  private static String tagged(String state, int count) {
    return "return document.querySelectorAll('#tagged ." + state + "').length === " + count;
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
