package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.Overflow;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.invoke.MethodHandles;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Another virtual machine that uses the tables of a directory. Each line that it is told is a store
 * and what to do there; for each it says one line.
 */
final class TableProcess implements AutoCloseable {

  /** What is in the rows. */
  record Player(@MaxBytes(32) String name, long score) {}

  static final Schema<Player> SCHEMA = Schema.of(Player.class, MethodHandles.lookup());

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedReader said;
  private final Writer told;

  private TableProcess(Process process) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
    this.told = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Opens the backend; each process says nothing until it has done so. */
  static Zeal open(Path directory, ZealConfig.Builder config) {
    return Zeal.open(
        config
            .set("zeal.backend", "table")
            .set("zeal.table.directory", directory.toString())
            .set("zeal.table.counters", "100")
            .set("zeal.table.timeout", "30s")
            .build());
  }

  /** A store whose name says how many rows it may have and what happens then. */
  static Store<Player> store(Zeal zeal, String name) {
    String[] parts = name.split("-", -1);
    StoreOptions options = StoreOptions.defaults().withCapacity(Long.parseLong(parts[1]));
    return zeal.store(
        name, SCHEMA, parts[0].equals("evict") ? options.withOverflow(Overflow.EVICT) : options);
  }

  /** All that is there, as text. */
  static String all(Store<Player> store) {
    Map<String, String> rows = new TreeMap<>();
    store.forEach(
        (key, row) -> assertThat(rows.put(key, row.name() + ":" + row.score())).as(key).isNull());
    return rows.toString();
  }

  public static void main(String[] arguments) throws IOException {
    Map<String, Store<Player>> stores = new HashMap<>();
    try (Zeal zeal = open(Path.of(arguments[0]), ZealConfig.builder());
        BufferedReader input =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("ready");
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        String[] words = line.split(" ", -1);
        String answer;
        try {
          answer =
              words[0].equals("counter")
                  ? count(zeal, words)
                  : use(stores.computeIfAbsent(words[1], name -> store(zeal, name)), words);
        } catch (RuntimeException e) {
          answer = e.toString().replace('\n', ' ');
        }
        System.out.println(answer);
      }
    }
  }

  private static String count(Zeal zeal, String[] words) {
    long last = 0;
    for (int i = 0; i < Integer.parseInt(words[2]); i++) {
      last = zeal.counter(words[1]).increment();
    }
    return String.valueOf(last);
  }

  private static String use(Store<Player> store, String[] words) {
    return switch (words[0]) {
      case "put" -> {
        store.put(words[2], player(words[3]));
        yield "done";
      }
      case "live" -> {
        store.put(words[2], player(words[3]), Duration.parse(words[4]));
        yield "done";
      }
      case "fill" -> {
        for (int i = Integer.parseInt(words[3]); i < Integer.parseInt(words[4]); i++) {
          store.put(words[2] + i, player(String.valueOf(i)));
        }
        yield "done";
      }
      case "add" -> {
        for (int i = 0; i < Integer.parseInt(words[3]); i++) {
          var _ = store.increment(words[2], "score", 1);
        }
        yield "done";
      }
      case "get" -> store.get(words[2]).map(Player::toString).orElse("none");
      case "remove" -> String.valueOf(store.remove(words[2]));
      case "count" -> String.valueOf(store.count());
      case "all" -> all(store);
      case "clear" -> {
        store.clear();
        yield "done";
      }
      case "churn" -> {
        for (int i = 0; i < Integer.parseInt(words[3]); i++) {
          store.put(words[2] + i % 20, player(String.valueOf(i)));
          var _ = store.remove(words[2] + (i + 7) % 20);
        }
        for (int i = 0; i < 20; i++) {
          var _ = store.remove(words[2] + i);
        }
        yield "done";
      }
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  static Player player(String score) {
    return new Player("n" + score, Long.parseLong(score));
  }

  /** Starts one; it is not waited for until it is told something. */
  static TableProcess start(Path directory) throws IOException {
    String path =
        Stream.of(
                root().toString(),
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path"))
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));
    return new TableProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                path,
                TableProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Where the classes of the tests are; a module does not say it. */
  private static Path root() {
    String name = "/" + TableProcess.class.getName().replace('.', '/') + ".class";
    String file = String.valueOf(TableProcess.class.getResource(name));
    return Path.of(URI.create(file.substring(0, file.length() - name.length() + 1)));
  }

  void awaitReady() throws IOException {
    assertThat(said.readLine()).isEqualTo("ready");
  }

  /** Tells it something without waiting for what it says. */
  void begin(String words) throws IOException {
    told.write(words + "\n");
    told.flush();
  }

  String end() throws IOException {
    return Objects.requireNonNull(said.readLine(), "it ended");
  }

  String ask(String words) throws IOException {
    begin(words);
    return end();
  }

  /** It ends by itself once nothing more can be said to it; if not, it is made to. */
  @Override
  public void close() throws IOException {
    try {
      told.close();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("a process does not end within " + LIMIT);
      }
      assertThat(process.exitValue()).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Ends it at once. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }
}
