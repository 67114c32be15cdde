package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.Browser.Screen;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;

/** The page in a real browser, at the size of a desktop and of a phone. */
class BrowserTest {

  private static Browser browser;

  @AutoClose private final RunningDemo demo = new RunningDemo();

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

  @ParameterizedTest
  @EnumSource
  void thePageLoadsQuietlyFromItsOwnServerAndFitsItsWidth(Screen screen) {
    browser.open(demo.url(), screen);
    browser.click("roundtrip");
    browser.awaitText("backend-note", "Every step did what it should.");
    browser.scheme("light");
    browser.picture(screen + "-light");
    browser.scheme("dark");
    browser.picture(screen + "-dark");
    browser.scheme("light");
    assertThat(browser.text("tile-backend")).isEqualTo("table");
    assertThat(browser.text("tile-rows")).isEqualTo("48");
    assertThat(browser.script("return document.querySelectorAll('.lack:not([hidden])').length"))
        .as("what this backend lacks")
        .isEqualTo(0L);
    assertThat(browser.requests()).isNotEmpty().allMatch(url -> url.startsWith(demo.url() + "/"));
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void aStoreIsMadeFilledAndPaged(Screen screen) {
    browser.open(demo.url(), screen);
    browser.click("store-new");
    browser.type("new-name", "sessions <b>");
    browser.choose("new-ttl", "600000");
    browser.type("new-capacity", "5000");
    browser.find("new-capacity").sendKeys(Keys.ENTER);
    browser.awaitText("tile-store", "sessions <b>");
    browser.type("fill-rows", "25");
    browser.find("fill-rows").sendKeys(Keys.ENTER);
    browser.awaitText("tile-rows", "25");
    browser.await("return document.querySelectorAll('#rows tr').length === 10");
    browser.click("page-next");
    browser.awaitText("page-text", "Page 2");
    browser.click("page-next");
    browser.awaitText("page-text", "Page 3");
    browser.await("return document.querySelectorAll('#rows tr').length === 5");
    browser.await("return document.getElementById('page-next').disabled");
    browser.click("page-back");
    browser.awaitText("page-text", "Page 2");
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void aRowIsAddedPatchedReplacedIncrementedAndDeleted(Screen screen) {
    browser.open(demo.url(), screen);
    browser.click("store-clear");
    browser.find("clear-form").submit();
    browser.awaitText("tile-rows", "0");
    browser.click("row-new");
    browser.type("row-key", "ada");
    browser.type("row-name", "Ada <i>L</i>");
    browser.type("row-score", "9007199254740993");
    browser.click("row-put");
    browser.await(cell(3, "9,007,199,254,740,993"));
    browser.await(cell(2, "Ada <i>L</i>"));
    browser.labelled("Add 1 to the score of ada").click();
    browser.await(cell(3, "9,007,199,254,740,994"));
    browser.labelled("Edit ada").click();
    browser.await("return document.getElementById('row-dialog').open");
    browser.type("row-name", "Lovelace");
    browser.click("row-patch");
    browser.awaitText("store-note", "ada: changed name.");
    browser.await(cell(2, "Lovelace"));
    browser.labelled("Edit ada").click();
    browser.await("return document.getElementById('row-dialog').open");
    browser.type("row-score", "-5");
    browser.click("row-put");
    browser.await(cell(3, "-5"));
    browser.labelled("Delete ada").click();
    browser.awaitText("store-note", "ada is removed.");
    browser.awaitText("tile-rows", "0");
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void incrementsAddUpExactly(Screen screen) {
    browser.open(demo.url(), screen);
    browser.type("inc-clients", "40");
    browser.type("inc-each", "250");
    browser.click("inc-run");
    browser.awaitText("inc-total", "10,000");
    browser.await(
        "return document.getElementById('inc-note').textContent.startsWith('Exact: 10,000 of 10,000')");
    browser.script("document.querySelector('input[value=browser]').click()");
    browser.type("inc-clients", "5");
    browser.type("inc-each", "20");
    browser.click("inc-run");
    browser.await(
        "return document.getElementById('inc-note').textContent.startsWith('Exact: 100 of 100')");
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void theCounterCountsComparesAndResets(Screen screen) {
    browser.open(demo.url(), screen);
    browser.awaitText("counter-value", "0");
    browser.click("counter-plus");
    browser.awaitText("counter-value", "1");
    browser.click("counter-minus");
    browser.awaitText("counter-value", "0");
    browser.click("counter-minus");
    browser.awaitText("counter-value", "-1");
    browser.type("cas-expected", "-1");
    browser.type("cas-next", "9223372036854775807");
    browser.find("cas-next").sendKeys(Keys.ENTER);
    browser.awaitText("counter-value", "9,223,372,036,854,775,807");
    browser.find("cas-next").sendKeys(Keys.ENTER);
    browser.awaitText("counter-note", "It is 9,223,372,036,854,775,807, not -1: unchanged.");
    assertFitsWidth(screen);
    browser.click("counter-reset");
    browser.awaitText("counter-value", "0");
    assertQuiet();
  }

  @Test
  void aChangeMadeElsewhereShowsByItself() {
    browser.open(demo.url(), Screen.DESKTOP);
    demo.post("/demo/counter/increment", "{\"name\": \"requests\", \"by\": 41}");
    demo.post("/demo/stores/fill", "{\"store\": \"players\", \"rows\": 952}");
    browser.awaitText("counter-value", "41");
    browser.awaitText("tile-rows", "1,000");
    assertQuiet();
  }

  @Test
  void aRefusalIsShownWhereItWasAskedFor() {
    browser.open(demo.url(), Screen.PHONE);
    browser.click("store-new");
    browser.type("new-name", "players");
    browser.type("new-capacity", "7");
    browser.find("new-capacity").sendKeys(Keys.ENTER);
    browser.await("return document.getElementById('new-note').textContent.includes('ZEAL-203')");
    assertFitsWidth(Screen.PHONE);
    browser.picture("refusal");
    assertThat(browser.console()).allMatch(line -> line.contains("409"));
  }

  @Test
  void everyControlHasAName() {
    browser.open(demo.url(), Screen.DESKTOP);
    Object nameless =
        browser.script(
            """
            return [...document.querySelectorAll('button, input, select, progress')]
              .filter((one) => !(one.labels?.length || one.ariaLabel || one.textContent.trim()))
              .map((one) => one.outerHTML)\
            """);
    assertThat(nameless)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .isEmpty();
  }

  private static String cell(int column, String text) {
    return "return document.querySelector('#rows td:nth-child("
        + column
        + ")')?.textContent === '"
        + text
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
