package io.warroom.config.console;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriUtils;

/** The filters of a list as its address has them: what a form left empty is none, and a day is the time at which it begins. */
final class Filters {

    private final Map<String, List<String>> given = new LinkedHashMap<>();

    /** @param names of the filters; whatever else the address has is nothing to the list */
    Filters(MultiValueMap<String, String> parameters, List<String> names) {
        for (var name : names) {
            var values = parameters.getOrDefault(name, List.of()).stream()
                    .map(String::strip)
                    .filter(value -> !value.isEmpty())
                    .toList();
            if (!values.isEmpty()) {
                given.put(name, values);
            }
        }
    }

    /** As a feature reads them. */
    Map<String, String[]> parameters() {
        var parameters = new LinkedHashMap<String, String[]>();
        given.forEach((name, values) -> parameters.put(
                name,
                values.stream()
                        .map(value -> value.matches("\\d{4}-\\d{2}-\\d{2}") ? value + "T00:00:00Z" : value)
                        .toArray(String[]::new)));
        return parameters;
    }

    /** What a form shows again; empty when nothing was given. */
    public String value(String name) {
        return given.getOrDefault(name, List.of("")).getFirst();
    }

    /** Whether the list is cut down at all. */
    public boolean isAny() {
        return given.keySet().stream().anyMatch(name -> !name.equals("cursor"));
    }

    /** The same list, with this one changed: a query that begins with a question mark. An empty value leaves it out. */
    public String with(String name, String value) {
        var query = new StringBuilder();
        given.forEach((other, values) -> {
            if (!other.equals(name) && !other.equals("cursor")) {
                values.forEach(one -> append(query, other, one));
            }
        });
        if (!value.isEmpty()) {
            append(query, name, value);
        }
        return query.isEmpty() ? "" : "?" + query;
    }

    private static void append(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(UriUtils.encode(value, StandardCharsets.UTF_8));
    }
}
