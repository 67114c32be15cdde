package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.Browser.Screen;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The messages' panel in a real browser. */
class MessageBrowserTest {

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
  void whatIsSaidIsShownAsText(Screen screen) {
    browser.open(demo.url(), screen);
    browser.type("chat-name", "Ada");
    browser.type("chat-text", "hello <b>all</b>");
    browser.click("chat-say");
    browser.awaitText("chat-note", "1 receiver.");
    browser.await(line("chat", 1, "Ada: hello <b>all</b>"));
    assertThat(browser.text("chat")).contains("said at this demo");
    assertThat(browser.text("room-state")).startsWith("Room: subscribed");

    demo.post("/demo/pubsub/publish", "{\"name\": \"Alan\", \"text\": \"from elsewhere\"}");
    browser.await(line("chat", 2, "Alan: from elsewhere"));
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void ordersAreDoneFailedRetriedAndRejectedAndDeadLettersShown(Screen screen) {
    browser.open(demo.url(), screen);
    browser.choose("order-work", "0");
    browser.type("order-item", "tea");
    browser.click("order-done");
    browser.await(line("orders", 1, "tea: done"));

    browser.choose("order-times", "1");
    browser.click("order-fail");
    browser.await(line("orders", 2, "tea: failed"));
    browser.await(line("orders", 3, "tea: done"));
    assertThat(browser.text("orders")).contains("delivery 2, delivered before to this demo");
    browser.click("order-retry");
    browser.await(line("orders", 4, "tea: to be delivered again"));
    browser.await(line("orders", 5, "tea: done"));
    browser.awaitText("orders-retries", "2");
    browser.awaitText("orders-dead", "0");

    browser.type("order-item", "milk <i>");
    browser.click("order-reject");
    browser.await(line("orders", 6, "milk <i>: rejected"));
    browser.awaitText("orders-dead", "1");
    browser.choose("order-times", "1000");
    browser.type("order-item", "soup");
    browser.click("order-fail");
    browser.awaitText("orders-dead", "2");
    browser.await("return document.querySelectorAll('#dead tr').length === 2");
    assertThat(browser.text("dead"))
        .contains("milk <i>", "The order was to be rejected.", "IllegalStateException", "stack ");
    assertFitsWidth(screen);
    browser.picture("messages-" + screen);

    browser.labelled("Publish milk <i> anew").click();
    browser.await(
        "return document.getElementById('dead-note').textContent.startsWith('milk <i> is published anew')");
    browser.awaitText("orders-dead", "1");
    browser.labelled("Remove the dead letter soup").click();
    browser.awaitText("dead-note", "soup is removed.");
    browser.awaitText("orders-dead", "0");
    browser.await("return document.getElementById('dead-table').hidden");
    assertFitsWidth(screen);
    assertQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void ordersThatWaitAreLag(Screen screen) {
    browser.open(demo.url(), screen);
    browser.choose("order-work", "20000");
    browser.type("order-count", "30");
    browser.click("order-done");
    browser.await(
        "return document.getElementById('order-note').textContent.startsWith('30 taken')");
    browser.await("return Number(document.getElementById('orders-lag').textContent) >= 24");
    browser.await(
        "return document.getElementById('orders-state').textContent.includes('2 at work here')");
    browser.picture("messages-lag-" + screen);
    assertFitsWidth(screen);
    assertQuiet();
  }

  private static String line(String list, int number, String text) {
    return "const found = document.querySelector('#"
        + list
        + " li:nth-child("
        + number
        + ") span'); return found !== null && found.textContent === '"
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
