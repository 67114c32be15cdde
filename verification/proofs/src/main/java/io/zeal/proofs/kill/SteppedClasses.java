package io.zeal.proofs.kill;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The classes of tables with a {@link Step} before each store. */
final class SteppedClasses {

  private static final ClassDesc STEP = ClassDesc.of(Step.class.getName());
  private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(ConstantDescs.CD_void);

  private static final Set<String> MEMORY =
      Set.of("java/lang/foreign/MemorySegment", "java/lang/invoke/VarHandle");

  /** What others see of a process beyond its stores. */
  private static final Set<String> FILES =
      Set.of("java/nio/channels/FileChannel", "java/nio/channels/FileLock", "java/nio/file/Files");

  private SteppedClasses() {}

  /**
   * Writes them to a directory.
   *
   * @param place a directory of classes, or an archive
   */
  static void write(Path place, Path directory) throws IOException {
    if (Files.isDirectory(place)) {
      copy(place, directory);
    } else {
      try (FileSystem archive = FileSystems.newFileSystem(place)) {
        copy(archive.getPath("/"), directory);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      byte[] bytes = Files.readAllBytes(file);
      Files.write(target, isCode(file) ? stepped(bytes) : bytes);
    }
  }

  private static boolean isCode(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".class") && !name.equals("module-info.class");
  }

  private static byte[] stepped(byte[] bytes) {
    ClassFile classFile = ClassFile.of();
    CodeTransform steps =
        (code, element) -> {
          if (element instanceof InvokeInstruction call && isStore(call)) {
            code.invokestatic(STEP, "now", NOTHING);
          }
          code.with(element);
        };
    return classFile.transformClass(
        classFile.parse(bytes), ClassTransform.transformingMethodBodies(steps));
  }

  private static boolean isStore(InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    String name = call.name().stringValue();
    if (MEMORY.contains(owner)) {
      return name.startsWith("set")
          || name.startsWith("compareAnd")
          || name.startsWith("getAnd")
          || name.equals("copy")
          || name.equals("fill");
    }
    return FILES.contains(owner) && !name.equals("exists") && !name.equals("notExists");
  }
}
