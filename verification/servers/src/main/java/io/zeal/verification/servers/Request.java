package io.zeal.verification.servers;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What a client sent, as a {@link FaultProxy} sees it: one command, or, where the bytes are no
 * commands of RESP (TLS, another protocol), whatever arrived together.
 */
public final class Request {

  private final List<String> words;
  private final byte[] bytes;

  Request(List<String> words, byte[] bytes) {
    this.words = List.copyOf(words);
    this.bytes = bytes;
  }

  /** Matches the command of that name, in upper or lower case. */
  public static Predicate<Request> named(String name) {
    var upperCase = name.toUpperCase(Locale.ROOT);
    return request -> request.name().equals(upperCase);
  }

  /** Matches requests whose bytes contain the text. */
  public static Predicate<Request> containing(String text) {
    return request -> request.text().contains(text);
  }

  /** The name of the command in upper case; empty for what is no command. */
  public String name() {
    return words.isEmpty() ? "" : words.getFirst().toUpperCase(Locale.ROOT);
  }

  /** The words of the command, its name included, one character for each byte. */
  public List<String> words() {
    return words;
  }

  /** All bytes as they came, one character for each. */
  public String text() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  boolean isCommand() {
    return !words.isEmpty();
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return isCommand() ? String.join(" ", words) : bytes.length + " bytes";
  }
}
