package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** Messages that lack what the vendors' pages ask for, refused with the pages' codes. */
final class MessagePartsTest {
    private final Client client;

    MessagePartsTest() throws Exception {
        client = new Client();
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.stringNode(text).toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            text        | {"text":"hi"}                                             | 0
            text        | {}                                                        | 230001
            text        | {"text":""}                                               | 230001
            post        | {"zh_cn":{"content":[[{"tag":"text","text":"a"}]]}}       | 0
            post        | {"zh_cn":{"content":[[{"tag":"blink","text":"a"}]]}}      | 230001
            post        | {}                                                        | 230001
            interactive | {"foo":1}                                                 | 230099
            interactive | {"elements":[]}                                           | 230099
            interactive | {"elements":[{"text":"no tag"}]}                          | 230099
            interactive | {"elements":[{"tag":"blink"}]}                            | 230099
            interactive | {"elements":[{"tag":"div","text":{"tag":"lark_md","content":"a"}}]} | 0
            interactive | {"schema":"2.0","body":{"elements":[{"tag":"markdown","content":"a"}]}} | 0
            interactive | {"type":"template","data":{"template_id":"t"}}            | 0
            interactive | {"type":"template","data":{}}                             | 230099
            """)
    void larkTakesOnlyAContentOfItsType(String type, String content, int code) throws Exception {
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
        String token = client.send("POST", "/lark/open-apis/auth/v3/tenant_access_token/internal", """
                        {"app_id":"cli_1","app_secret":"s"}""")
                .json()
                .path("tenant_access_token")
                .asString();
        String chat = client.send(
                        "POST", "/lark/open-apis/im/v1/chats", "{\"name\":\"n\"}", "Authorization", "Bearer " + token)
                .json()
                .path("data")
                .path("chat_id")
                .asString();
        var answer = client.send(
                "POST",
                "/lark/open-apis/im/v1/messages?receive_id_type=chat_id",
                "{\"receive_id\":\"%s\",\"msg_type\":\"%s\",\"content\":%s}".formatted(chat, type, quoted(content)),
                "Authorization",
                "Bearer " + token);
        assertThat(answer.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            sampleText     | {"content":"a"}            | OK
            sampleText     | {}                         | invalidParameter.msgParam.invalid
            sampleMarkdown | {"title":"t"}              | invalidParameter.msgParam.invalid
            sampleMarkdown | {"title":"t","text":"a"}   | OK
            sampleNothing  | {"content":"a"}            | invalidParameter.msgKey.invalid
            """)
    void dingTalksRobotTakesOnlyAKnownKeyWithItsParameters(String key, String parameters, String code)
            throws Exception {
        var answer = client.send(
                "POST",
                "/dingtalk/v1.0/robot/groupMessages/send",
                "{\"openConversationId\":\"%s\",\"robotCode\":\"r1\",\"msgKey\":\"%s\",\"msgParam\":%s}"
                        .formatted(group(), key, quoted(parameters)),
                "x-acs-dingtalk-access-token",
                dingTalkToken());
        assertThat(answer.json().path("code").asString("OK")).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            inner_app_template_text     | {"content":"a"}                        | 0
            inner_app_template_text     | {}                                     | 660020
            inner_app_template_markdown | {"title":"t","markdown_content":"a"}   | 0
            inner_app_template_markdown | {"title":"t","text":"a"}               | 660020
            inner_app_template_nothing  | {"content":"a"}                        | 660024
            """)
    void dingTalksAssistantTakesOnlyAKnownTemplateFilled(String template, String parameters, int code)
            throws Exception {
        String group = group();
        var answer = client.send(
                "POST",
                "/dingtalk/topapi/im/chat/scencegroup/message/send_v2?access_token=" + dingTalkToken(),
                "{\"target_open_conversation_id\":\"%s\",\"robot_code\":\"r1\",\"msg_template_id\":\"%s\",\"msg_param_map\":%s}"
                        .formatted(group, template, quoted(parameters)));
        assertThat(answer.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            textcard | {"title":"t","description":"d","url":"https://a.example"} | 0
            textcard | {"title":"t","description":"d"}                           | 41010
            textcard | {"title":"t","url":"https://a.example"}                   | 41033
            textcard | {"description":"d","url":"https://a.example"}             | 41016
            news     | {"articles":[{"title":"t","url":"https://a.example"}]}    | 0
            news     | {"articles":[{"title":"t"}]}                              | 41010
            news     | {"articles":[]}                                           | 40058
            text     | {}                                                        | 44004
            markdown | {"content":""}                                            | 44004
            nothing  | {"content":"a"}                                           | 40008
            """)
    void weComTakesOnlyAMessageWithItsParts(String type, String part, int code) throws Exception {
        client.tenant("acme", "WECOM", """
                {"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":7}""");
        String token = client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww1&corpsecret=key", "")
                .json()
                .path("access_token")
                .asString();
        client.send(
                "POST",
                "/wecom/cgi-bin/appchat/create?access_token=" + token,
                "{\"chatid\":\"wr1\",\"userlist\":[\"u1\",\"u2\"]}");
        String message = "\"msgtype\":\"" + type + "\",\"" + type + "\":" + part + "}";
        assertThat(client.send(
                                "POST",
                                "/wecom/cgi-bin/appchat/send?access_token=" + token,
                                "{\"chatid\":\"wr1\"," + message)
                        .code())
                .isEqualTo(code);
        assertThat(client.send(
                                "POST",
                                "/wecom/cgi-bin/message/send?access_token=" + token,
                                "{\"touser\":\"u1\",\"agentid\":7," + message)
                        .code())
                .isEqualTo(code);
    }

    private String dingTalkToken() throws Exception {
        return client.send("POST", "/dingtalk/v1.0/oauth2/accessToken", "{\"appKey\":\"ding1\",\"appSecret\":\"s\"}")
                .json()
                .path("accessToken")
                .asString();
    }

    private String group() throws Exception {
        client.tenant("acme", "DINGTALK", """
                {"clientId":"ding1","clientSecret":"s","groupTemplateId":"t1","robotId":"r1","serviceId":"123"}""");
        return client.send(
                        "POST",
                        "/dingtalk/v1.0/im/sceneGroup/create",
                        "{\"title\":\"n\",\"template_id\":\"t1\",\"owner_user_id\":\"u1\",\"user_ids\":[\"u1\"]}",
                        "x-acs-dingtalk-access-token",
                        dingTalkToken())
                .json()
                .path("open_conversation_id")
                .asString();
    }
}
