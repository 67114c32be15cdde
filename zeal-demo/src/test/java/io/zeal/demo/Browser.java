package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless Chromium with a profile of its own. */
final class Browser implements AutoCloseable {

  /** The sizes the page is made for. */
  enum Screen {
    DESKTOP(1280, 900),
    PHONE(390, 844);

    final int width;
    final int height;

    Screen(int width, int height) {
      this.width = width;
      this.height = height;
    }
  }

  private static final String MISSING =
      "no chromium/chromedriver on this machine: apt-get install chromium chromium-driver";

  private final Path profile;
  private final ChromeDriver driver;

  private Browser(File chromium, File chromedriver) {
    try {
      profile = Files.createTempDirectory("zeal-demo-browser");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    // The executable is given, so that nothing goes looking for one on the network.
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver)
            .usingAnyFreePort()
            .build();
    driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
  }

  /** Starts the browser, or skips the test; with {@code test.requireAll} a skip is a failure. */
  static Browser startOrSkip() {
    Optional<File> chromium =
        tool("test.chromium", "chromium", "chromium-browser", "google-chrome");
    Optional<File> chromedriver = tool("test.chromedriver", "chromedriver");
    boolean there = chromium.isPresent() && chromedriver.isPresent();
    if (!there && Boolean.getBoolean("test.requireAll")) {
      Assertions.fail(MISSING);
    }
    Assumptions.assumeTrue(there, MISSING);
    return new Browser(chromium.orElseThrow(), chromedriver.orElseThrow());
  }

  private static Optional<File> tool(String property, String... names) {
    return Optional.ofNullable(System.getProperty(property)).map(File::new).or(() -> onPath(names));
  }

  private static Optional<File> onPath(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(names)
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(dir -> new File(dir, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  /** Opens the page at a size and waits until its panels have their data. */
  void open(String url, Screen screen) {
    driver.get("about:blank");
    console();
    requests();
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            screen.width,
            "height",
            screen.height,
            "deviceScaleFactor",
            1,
            "mobile",
            screen == Screen.PHONE));
    driver.get(url);
    await("return document.documentElement.dataset.ready === 'true'");
    await("return document.getElementById('live').dataset.state === 'live'");
  }

  void scheme(String name) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", name),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /**
   * Waits, inside the page, until the script returns true; the driver's script timeout is the
   * limit.
   */
  void await(String script) {
    var _ =
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "const holds = () => { "
                + script
                + " };"
                + "const look = () => holds() ? done(true) : setTimeout(look, 20);"
                + "look();");
  }

  /** Waits until the element's text is as given. */
  void awaitText(String id, String text) {
    try {
      await("return document.getElementById('" + id + "').textContent.trim() === '" + text + "'");
    } catch (org.openqa.selenium.ScriptTimeoutException e) {
      assertThat(text(id)).as("text of " + id).isEqualTo(text);
    }
  }

  WebElement find(String id) {
    return driver.findElement(By.id(id));
  }

  WebElement labelled(String label) {
    return driver.findElement(By.cssSelector("[aria-label='" + label + "']"));
  }

  String text(String id) {
    return find(id).getText();
  }

  void click(String id) {
    WebElement element = find(id);
    driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  void type(String id, String text) {
    WebElement element = find(id);
    driver.executeScript("arguments[0].value = ''", element);
    element.sendKeys(text);
  }

  void choose(String id, String value) {
    find(id).findElement(By.cssSelector("option[value='" + value + "']")).click();
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** What the page wrote to the console since the last call, errors of the browser included. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /** The addresses that were asked for since the last call. */
  List<String> requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(LogEntry::getMessage)
        .map(JsonMapper.shared()::readTree)
        .filter(entry -> entry.at("/message/method").asString().equals("Network.requestWillBeSent"))
        .map(entry -> entry.at("/message/params/request/url"))
        .map(JsonNode::asString)
        .toList();
  }

  /** Keeps a picture of the whole page beside the test's other output. */
  void picture(String name) {
    var _ = driver.executeCdpCommand("Page.enable", Map.of());
    driver.executeScript("scrollTo(0, 0)");
    Map<String, Object> answer =
        driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
    try {
      Path directory = Files.createDirectories(Path.of("target", "pictures"));
      Files.write(
          directory.resolve(name + ".png"),
          OutputType.BYTES.convertFromBase64Png(String.valueOf(answer.get("data"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
