package io.zeal.cache.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/**
 * Jackson's annotations, and every primitive parameter of a constructor is required: when a release
 * adds {@code long count} to a record, what was cached before is loaded anew and has no count of
 * zero. A reference that is not there is null, which can be told from a value.
 */
final class NumbersAreThere extends JacksonAnnotationIntrospector {

  private static final long serialVersionUID = 1L;

  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    boolean isNumber = member instanceof AnnotatedParameter && member.getRawType().isPrimitive();
    return isNumber ? Boolean.TRUE : super.hasRequiredMarker(config, member);
  }
}
