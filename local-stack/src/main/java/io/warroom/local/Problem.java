package io.warroom.local;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An API's refusal (RFC 9457), in words. */
final class Problem {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Problem() {}

    static String inWords(Http.Answer answer) {
        var status = "HTTP " + answer.status();
        try {
            var problem = JSON.readTree(answer.body());
            var words = new ArrayList<String>();
            for (var name : List.of("title", "detail")) {
                var value = problem.path(name);
                if (value.isString()) {
                    words.add(value.asString());
                }
            }
            for (JsonNode error : problem.path("errors")) {
                words.add(error.isString() ? error.asString() : error.toString());
            }
            return words.isEmpty() ? status + " " + answer.body() : String.join(" ", words) + " (" + status + ")";
        } catch (JacksonException e) {
            return status + " " + answer.body(); // no JSON: shown as it came
        }
    }
}
