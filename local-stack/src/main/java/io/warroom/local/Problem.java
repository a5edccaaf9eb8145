package io.warroom.local;

import java.util.ArrayList;
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
            var errors = new ArrayList<String>();
            for (JsonNode error : problem.path("errors")) {
                errors.add(error.path("field").asString("") + " "
                        + error.path("message").asString(""));
            }
            var detail = problem.path("detail").asString("");
            var words = errors.isEmpty() ? detail : String.join("; ", errors);
            return words.isBlank() ? status + " " + answer.body() : words.strip() + " (" + status + ")";
        } catch (JacksonException e) {
            return status + " " + answer.body(); // no JSON: shown as it came
        }
    }
}
