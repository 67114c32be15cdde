package io.zeal;

import io.zeal.spi.Texts;
import java.util.List;
import java.util.Objects;

/** {@link Scripts} of a backend, behind the checks that every backend would have to make. */
final class BoundScripts implements Scripts {

  private final OpenZeal owner;
  private final Scripts scripts;

  BoundScripts(OpenZeal owner, Scripts scripts) {
    this.owner = owner;
    this.scripts = scripts;
  }

  @Override
  public Reply run(Script script, List<String> keys, List<String> arguments) {
    Objects.requireNonNull(script, "script");
    List<String> ownKeys = copy("key", keys);
    List<String> ownArguments = copy("argument", arguments);
    owner.requireOpen();
    requireWellFormed("source", script.source());
    requireWellFormed("key", ownKeys);
    requireWellFormed("argument", ownArguments);
    return scripts.run(script, ownKeys, ownArguments);
  }

  /** A copy, because the caller's list might change between the checks and the run. */
  private static List<String> copy(String what, List<String> texts) {
    return Objects.requireNonNull(texts, what + "s").stream()
        .map(text -> Objects.requireNonNull(text, what))
        .toList();
  }

  private static void requireWellFormed(String what, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      requireWellFormed(what + " " + (i + 1), texts.get(i));
    }
  }

  /** A lone surrogate would be a question mark on the server, so that two keys could meet. */
  private static void requireWellFormed(String what, String text) {
    if (Texts.utf8Length(text) < 0) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "The "
              + what
              + " of a script is not well-formed Unicode (a lone surrogate). Nothing was run;"
              + " pass bytes as hexadecimal digits or Base64.");
    }
  }
}
