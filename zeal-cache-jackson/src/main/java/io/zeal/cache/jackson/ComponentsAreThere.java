package io.zeal.cache.jackson;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/**
 * Jackson's annotations, and every parameter of a constructor is required: when a release adds a
 * component to a record, or renames one, what was cached before is loaded anew, and has no count of
 * zero and no list that is null. A null is written as one, so what is missing was never there,
 * except where an annotation keeps it from being written.
 */
final class ComponentsAreThere extends JacksonAnnotationIntrospector {

  private static final long serialVersionUID = 1L;

  /** With one of these, what is written is not what is read. */
  private static final List<Class<? extends Annotation>> LEFT_OUT =
      List.of(JsonInclude.class, JsonUnwrapped.class, JsonAnySetter.class, JacksonInject.class);

  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    if (!(member instanceof AnnotatedParameter parameter)) {
      return super.hasRequiredMarker(config, member);
    }
    boolean isRequired = member.getRawType().isPrimitive() || isWritten(parameter);
    return isRequired ? Boolean.TRUE : super.hasRequiredMarker(config, member);
  }

  private static boolean isWritten(AnnotatedParameter parameter) {
    JsonProperty property = parameter.getAnnotation(JsonProperty.class);
    return (property == null || property.access() != Access.WRITE_ONLY)
        && LEFT_OUT.stream().noneMatch(parameter::hasAnnotation)
        && !parameter.getDeclaringClass().isAnnotationPresent(JsonInclude.class)
        && !isIgnored(parameter);
  }

  /** A component's {@code @JsonIgnore} is on its accessor: parameters cannot have one. */
  private static boolean isIgnored(AnnotatedParameter parameter) {
    RecordComponent[] components = parameter.getDeclaringClass().getRecordComponents();
    return components != null
        && components.length == parameter.getOwner().getParameterCount()
        && components[parameter.getIndex()].getAccessor().isAnnotationPresent(JsonIgnore.class);
  }
}
