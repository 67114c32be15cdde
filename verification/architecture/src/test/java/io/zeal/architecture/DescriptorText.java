package io.zeal.architecture;

import java.lang.module.ModuleDescriptor;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A module's descriptor in words, like {@code jar --describe-module} but in a fixed order. */
final class DescriptorText {

  static String of(ModuleDescriptor module) {
    var lines = new TreeSet<String>();
    for (var it : module.requires()) {
      lines.add("requires " + it.name() + modifiers(it.modifiers()));
    }
    for (var it : module.exports()) {
      lines.add("exports " + it.source() + targets(it.targets()));
    }
    for (var it : module.opens()) {
      lines.add("opens " + it.source() + targets(it.targets()));
    }
    for (var it : module.uses()) {
      lines.add("uses " + it);
    }
    for (var it : module.provides()) {
      // The order of providers means something to ServiceLoader; it stays.
      lines.add("provides " + it.service() + " with " + String.join(" ", it.providers()));
    }
    var concealed = new TreeSet<>(module.packages());
    module.exports().forEach(it -> concealed.remove(it.source()));
    for (var it : concealed) {
      lines.add("contains " + it);
    }
    var open = module.isOpen() ? "open module " : "module ";
    return open + module.name() + "\n" + String.join("\n", lines) + "\n";
  }

  private static String modifiers(Collection<ModuleDescriptor.Requires.Modifier> modifiers) {
    return modifiers.stream()
        .map(modifier -> " " + modifier.name().toLowerCase(Locale.ROOT))
        .sorted()
        .collect(Collectors.joining());
  }

  private static String targets(Set<String> targets) {
    return targets.isEmpty() ? "" : " to " + String.join(" ", new TreeSet<>(targets));
  }

  private DescriptorText() {}
}
