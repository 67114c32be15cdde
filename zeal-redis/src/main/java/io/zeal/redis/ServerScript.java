package io.zeal.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A script that is called by its digest and sent whole only to a server that does not know it.
 *
 * @param source its text
 * @param digest SHA-1 of the text in hexadecimal digits, which is what the server calls it
 * @param foreign whether the application wrote it: then an error may be in the script's own words
 */
record ServerScript(String source, String digest, boolean foreign) {

  static final ServerScript ATTACH = resource("attach.lua");
  static final ServerScript WRITE = resource("write.lua");
  static final ServerScript ADD = resource("add.lua");
  static final ServerScript LIFE = resource("life.lua");
  static final ServerScript COUNT = resource("count.lua");
  static final ServerScript CLEAR = resource("clear.lua");
  static final ServerScript REMOVE = resource("remove.lua");
  static final ServerScript SWEEP = resource("sweep.lua");
  static final ServerScript COUNTER = resource("counter.lua");
  static final ServerScript ANNOUNCE = resource("announce.lua");
  static final ServerScript COMPILES = resource("compiles.lua");

  /** Who empties a server has to be let, however full it is. */
  private static final String ALLOW_OOM = "#!lua flags=allow-oom\n";

  static final ServerScript PUBLISH = streams("", "publish.lua");
  static final ServerScript GROUP = streams("", "group.lua");
  static final ServerScript JOIN = streams(ALLOW_OOM, "join.lua");
  static final ServerScript BEAT = streams(ALLOW_OOM, "beat.lua");
  static final ServerScript AGAIN = streams(ALLOW_OOM, "again.lua");
  static final ServerScript OWN = streams(ALLOW_OOM, "own.lua");
  static final ServerScript BEGIN = streams(ALLOW_OOM, "begin.lua");
  static final ServerScript SETTLE = streams(ALLOW_OOM, "settle.lua");
  static final ServerScript BACK = streams(ALLOW_OOM, "back.lua");
  static final ServerScript BURY = streams(ALLOW_OOM, "bury.lua");
  static final ServerScript LEAVE = streams(ALLOW_OOM, "leave.lua");
  static final ServerScript FORGET = streams(ALLOW_OOM, "forget.lua");

  /** Lua takes no more arguments in one call. */
  static final int MOST_COLUMNS = 100;

  private static final String PUT_ALL = text("putall.lua");
  private static final String ANNOUNCED = text("announced.lua");
  private static final String TOUCHED = text("touched.lua");

  /** A script of Zeal. */
  static ServerScript of(String source) {
    return new ServerScript(source, digest(source), false);
  }

  /** A script of the application. */
  static ServerScript foreign(String source) {
    return new ServerScript(source, digest(source), true);
  }

  /**
   * A script of the application, with the announcement of the buckets that it may have changed.
   * What it answers, and the words of its errors, are the same. Its text has to be a whole script
   * by itself.
   */
  static ServerScript touching(String source) {
    String body = body(source);
    // Within a function with "..." Lua has a variable "arg", which a script alone has not.
    String parameters = body.contains("...") ? "..." : "";
    return foreign(
        source.substring(0, source.length() - body.length())
            + "local script = function("
            + parameters
            + ") "
            + body
            + TOUCHED.replace("(digest)", digest(source)));
  }

  /** A script without the line that it may begin with to tell the server something. */
  static String body(String source) {
    return source.startsWith("#!") ? source.substring(source.indexOf('\n') + 1) : source;
  }

  /**
   * The same change with its announcement, within one step; takes and answers what {@code
   * announced.lua} says.
   */
  ServerScript announced() {
    return of(ANNOUNCED.replace("-- (the change)", source));
  }

  private static String digest(String source) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }

  /** The script that puts several rows of so many columns, at most {@link #MOST_COLUMNS}. */
  static ServerScript putAll(int columns) {
    String fields =
        IntStream.range(0, columns)
            .mapToObj(column -> "ARGV[" + (5 + column) + "], ARGV[at + " + column + "]")
            .collect(Collectors.joining(", "));
    return of(PUT_ALL.replace("COLUMNS", String.valueOf(columns)).replace("FIELDS", fields));
  }

  private static ServerScript streams(String first, String name) {
    return of(first + text("streams.lua") + text(name));
  }

  private static ServerScript resource(String name) {
    return of(text(name));
  }

  private static String text(String name) {
    try (InputStream in =
        Objects.requireNonNull(ServerScript.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
