package io.warroom.platform.lark;

import io.warroom.platform.http.Access;
import io.warroom.platform.http.Reply;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.annotation.PutExchange;

/** What we call of Lark's open interface. People are named by their open_id. */
@HttpExchange("/open-apis")
interface LarkApi {

    @PostExchange("/auth/v3/tenant_access_token/internal")
    Reply signIn(Access access, @RequestBody LarkBody.SignIn key);

    @GetExchange("/bot/v3/info")
    Reply bot(Access access);

    @GetExchange("/application/v6/scopes")
    Reply scopes(Access access);

    @GetExchange("/application/v6/applications/me?lang=en_us")
    Reply application(Access access);

    @PostExchange("/contact/v3/users/batch_get_id?user_id_type=open_id")
    Reply users(Access access, @RequestBody LarkBody.Contacts contacts);

    @PostExchange("/im/v1/chats?user_id_type=open_id&set_bot_manager=true")
    Reply createChat(Access access, @RequestParam("uuid") String uuid, @RequestBody LarkBody.NewChat chat);

    @GetExchange("/im/v1/chats?sort_type=ByActiveTimeDesc&page_size=100")
    Reply chats(Access access);

    @GetExchange("/im/v1/chats/search?page_size=100")
    Reply searchChats(Access access, @RequestParam("query") String words);

    @PutExchange("/im/v1/chats/{chat}")
    Reply rename(Access access, @PathVariable("chat") String chatId, @RequestBody LarkBody.NewName name);

    @DeleteExchange("/im/v1/chats/{chat}")
    Reply dissolve(Access access, @PathVariable("chat") String chatId);

    @PostExchange("/im/v1/chats/{chat}/members?member_id_type=open_id&succeed_type=1")
    Reply addPeople(Access access, @PathVariable("chat") String chatId, @RequestBody LarkBody.People people);

    @GetExchange("/im/v1/chats/{chat}/members?member_id_type=open_id&page_size=100")
    Reply people(
            Access access,
            @PathVariable("chat") String chatId,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken);

    @PostExchange("/im/v1/messages?receive_id_type=chat_id")
    Reply send(Access access, @RequestBody LarkBody.Message message);
}
