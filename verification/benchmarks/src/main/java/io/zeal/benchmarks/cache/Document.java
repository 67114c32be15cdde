package io.zeal.benchmarks.cache;

import java.io.Serializable;

/** The value of this area: 1 KB, nearly all of it text. Serializable for Spring, which asks so. */
public record Document(long number, String title, String text) implements Serializable {

  private static final int TEXT_LENGTH = 992;
  private static final String WORDS = "The quick brown fox jumps over the lazy dog, and again. ";
  private static final String TEXT = WORDS.repeat(TEXT_LENGTH / WORDS.length() + 2);

  static Document number(int row) {
    int from = row % WORDS.length();
    return new Document(
        row, "Document with number " + (100 + row % 900), TEXT.substring(from, from + TEXT_LENGTH));
  }
}
