package io.warroom.config.console;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Fields;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A form as a browser sends it, and as a feature reads it: the same strict reading as a body's. */
final class Form {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Form() {}

    /** What is left empty was not given; what surrounds a value in a text field was not meant. */
    static Map<String, Object> given(Map<String, String> form, List<String> names) {
        var given = new LinkedHashMap<String, Object>();
        for (var name : names) {
            var value = form.getOrDefault(name, "").strip();
            if (!value.isEmpty()) {
                given.put(name, value);
            }
        }
        return given;
    }

    /** What is searched for: no control character is in any name. */
    static String searched(String text) {
        return text.replaceAll("\\p{Cntrl}", "").strip();
    }

    /** As a feature reads it. */
    static Fields fields(Map<String, Object> given) {
        return JsonBody.fields(JSON.writeValueAsBytes(given));
    }

    /** What is wrong, by the name of the field. */
    static Map<String, String> errors(Problem problem) {
        var errors = new LinkedHashMap<String, String>();
        for (FieldError error : problem.errors()) {
            errors.putIfAbsent(error.field(), error.message());
        }
        return errors;
    }
}
