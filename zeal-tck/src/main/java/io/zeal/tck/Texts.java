package io.zeal.tck;

import java.util.List;

/** Well-formed text that has tripped somebody up. */
final class Texts {

  /** What a backend might put between the parts of a composed name. */
  static final List<String> JOINTS =
      List.of(
          ":", "/", "|", "-", "_", ".", ",", ";", "#", "@", "=", "~", "!", "::", "\\", " ",
          "\u0000", "\u0001", "\u001f", "\n", "\r\n", "{", "}", "{x}", "%", "%3A", "\u00ff",
          "\uffff");

  /** Keys that are different and have to stay so; each at most 63 bytes. */
  static final List<String> KEYS =
      List.of(
          "a",
          "A",
          "a ",
          " a",
          "a\u0000",
          "\u0000",
          "\u0000\u0000",
          "0",
          "00",
          "-1",
          "null",
          "\"",
          "'",
          "\\",
          "\\u0000",
          "*",
          "?",
          "[a]",
          "{a}",
          "{a}b",
          "a*",
          "a:b",
          "a/b",
          "..",
          "../a",
          "%00",
          "%",
          "\n",
          "\r",
          "\r\n",
          "\t",
          "\u007f",
          "\u0080",
          "\u00ff",
          "\u07ff",
          "\u0800",
          "\uffff",
          "\ud7ff",
          "\ue000",
          "\ufeff",
          "\ufeffa",
          "\ufffd",
          "é",
          "e\u0301",
          "ß",
          "ss",
          "İ",
          "i",
          "ı",
          "\u212a",
          "k",
          "K",
          "\u200d",
          "a\u200d",
          "\u202ea",
          "日本",
          "日本語",
          code(0x10000),
          code(0x1f600),
          code(0x1f600) + "a",
          code(0x20000),
          code(0x30000),
          code(0x4fffe),
          code(0x5abcd),
          code(0x6ffff),
          code(0x70000),
          code(0x80000),
          code(0x90000),
          code(0xa0000),
          code(0xb0000),
          code(0xc0000),
          code(0xd0000),
          code(0xe0001),
          code(0xf0000),
          code(0x10ffff),
          "x".repeat(63),
          "x".repeat(62),
          "x".repeat(62) + "y");

  /** Values of up to 64 bytes. */
  static final List<String> VALUES =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\n",
          "\"",
          "'",
          "\\",
          "null",
          "0",
          "é",
          "e\u0301",
          "\u07ff",
          "\u0800",
          "\uffff",
          "\ufeffx",
          "日本語",
          code(0x1f600),
          code(0x10ffff),
          "x".repeat(64),
          code(0x10ffff).repeat(16));

  private Texts() {}

  private static String code(int codePoint) {
    return Character.toString(codePoint);
  }

  /** The text between quotes with everything that does not print escaped. */
  static String show(String text) {
    StringBuilder shown = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f) {
        shown.append(c);
      } else {
        shown.append(String.format("\\u%04x", (int) c));
      }
    }
    return shown.append('\'').toString();
  }
}
