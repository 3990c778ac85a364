namespace Heretix.Chats.Phrases;

/// <summary>Markers of deleted and edited messages, calls, attached files, places and polls.</summary>
internal static class OtherMarkers
{
    /// <summary>Whole messages that were taken back.</summary>
    public static PhraseTable Deleted { get; } =
        new PhraseTable().Add(
            MessageKind.Deleted,
            MediaKind.Unknown,
            """
            en | This message was deleted | You deleted this message | This message was deleted by admin
            es | Se eliminó este mensaje | Eliminaste este mensaje | Este mensaje fue eliminado | Este mensaje se eliminó
            pt | Mensagem apagada | Você apagou esta mensagem | Esta mensagem foi apagada | Apagou esta mensagem | Eliminou esta mensagem | Esta mensagem foi eliminada
            de | Diese Nachricht wurde gelöscht | Du hast diese Nachricht gelöscht
            fr | Ce message a été supprimé | Vous avez supprimé ce message
            it | Questo messaggio è stato eliminato | Hai eliminato questo messaggio
            nl | Dit bericht is verwijderd | U hebt dit bericht verwijderd | Je hebt dit bericht verwijderd | Dit bericht werd verwijderd
            ru | Данное сообщение удалено | Сообщение удалено | Вы удалили данное сообщение | Вы удалили это сообщение
            uk | Це повідомлення видалено | Ви видалили це повідомлення
            tr | Bu mesaj silindi | Bu mesajı sildiniz
            id | Pesan ini telah dihapus | Pesan ini dihapus | Anda telah menghapus pesan ini | Anda menghapus pesan ini
            ms | Mesej ini telah dipadamkan | Anda telah memadamkan mesej ini
            ar | تم حذف هذه الرسالة | حذفت هذه الرسالة | لقد حذفت هذه الرسالة
            fa | این پیام حذف شده است | این پیام حذف شد | شما این پیام را حذف کردید
            ur | یہ پیغام حذف کر دیا گیا تھا | آپ نے یہ پیغام حذف کر دیا
            hi | यह मैसेज हटा दिया गया | यह संदेश हटा दिया गया था | आपने यह मैसेज हटा दिया | आपने यह संदेश हटाया
            he | הודעה זו נמחקה | מחקת הודעה זו
            pl | Ta wiadomość została usunięta | Usunąłeś tę wiadomość | Usunięto tę wiadomość | Usunąłeś(-aś) tę wiadomość
            ro | Acest mesaj a fost șters | Ai șters acest mesaj
            sv | Meddelandet raderades | Detta meddelande raderades | Du raderade detta meddelande
            da | Denne besked blev slettet | Du slettede denne besked
            nb | Denne meldingen ble slettet | Du slettet denne meldingen
            fi | Tämä viesti poistettiin | Poistit tämän viestin
            cs | Tato zpráva byla odstraněna | Tuto zprávu jste odstranili
            sk | Táto správa bola odstránená | Odstránili ste túto správu
            hu | Ez az üzenet törölve lett | Törölted ezt az üzenetet
            el | Αυτό το μήνυμα διαγράφηκε | Διαγράψατε αυτό το μήνυμα
            bg | Това съобщение беше изтрито | Изтрихте това съобщение
            ca | S'ha suprimit aquest missatge | Heu suprimit aquest missatge
            zh | 此消息已被删除 | 该消息已被删除 | 您已删除此消息 | 此訊息已刪除 | 您已刪除此訊息 | 您删除了这条消息
            ja | このメッセージは削除されました | このメッセージを削除しました | あなたがこのメッセージを削除しました
            ko | 이 메시지는 삭제되었습니다 | 삭제된 메시지입니다 | 이 메시지를 삭제했습니다
            vi | Tin nhắn này đã bị xóa | Bạn đã xóa tin nhắn này
            th | ข้อความนี้ถูกลบแล้ว | คุณลบข้อความนี้ | ข้อความนี้ถูกลบไปแล้ว
            """
        );

    /// <summary>In angle brackets at the end of a message that was changed.</summary>
    public static PhraseTable Edited { get; } =
        new PhraseTable().Add(
            MessageKind.Text,
            MediaKind.Unknown,
            """
            en | This message was edited
            es | Se editó este mensaje. | Se editó este mensaje | Este mensaje fue editado | Este mensaje se editó
            pt | Mensagem editada | Esta mensagem foi editada
            de | Diese Nachricht wurde bearbeitet
            fr | Ce message a été modifié
            it | Questo messaggio è stato modificato
            nl | Dit bericht is bewerkt | Dit bericht is gewijzigd
            ru | Сообщение изменено | Это сообщение изменено | Данное сообщение изменено
            uk | Це повідомлення змінено | Це повідомлення відредаговано
            tr | Bu mesaj düzenlendi
            id | Pesan ini diedit | Pesan ini telah diedit
            ms | Mesej ini telah diedit
            ar | تم تعديل هذه الرسالة
            fa | این پیام ویرایش شد | این پیام ویرایش شده است
            hi | इस मैसेज में बदलाव किया गया | यह मैसेज एडिट किया गया
            he | הודעה זו נערכה
            pl | Ta wiadomość została edytowana | Wiadomość edytowana
            ro | Acest mesaj a fost editat
            sv | Det här meddelandet redigerades | Meddelandet redigerades
            da | Denne besked blev redigeret
            nb | Denne meldingen ble redigert
            fi | Tätä viestiä muokattiin
            cs | Tato zpráva byla upravena
            hu | Ez az üzenet szerkesztve lett
            el | Έγινε επεξεργασία αυτού του μηνύματος
            zh | 此消息已编辑 | 此訊息已編輯 | 已编辑此消息
            ja | このメッセージは編集されました | このメッセージは編集済みです
            ko | 이 메시지는 수정되었습니다 | 이 메시지는 편집되었습니다
            vi | Tin nhắn này đã được chỉnh sửa
            th | ข้อความนี้ถูกแก้ไขแล้ว
            """
        );

    /// <summary>Calls: a whole message, or its beginning up to the first comma or full stop.</summary>
    public static PhraseTable Calls { get; } =
        new PhraseTable().Add(
            MessageKind.Call,
            MediaKind.Unknown,
            """
            en | Voice call | Video call | Missed voice call | Missed video call | Missed group voice call | Missed group video call | Group voice call | Group video call | Incoming voice call | Incoming video call | Outgoing voice call | Outgoing video call | Silenced voice call | Silenced video call
            es | Llamada | Llamada de voz | Videollamada | Llamada perdida | Llamada de voz perdida | Videollamada perdida | Llamada grupal perdida
            pt | Chamada de voz | Chamada de vídeo | Ligação de voz | Ligação de vídeo | Ligação de voz perdida | Ligação de vídeo perdida | Chamada de voz perdida | Chamada de vídeo perdida | Chamada de voz não atendida | Chamada de vídeo não atendida
            de | Sprachanruf | Videoanruf | Verpasster Sprachanruf | Verpasster Videoanruf | Entgangener Anruf
            fr | Appel vocal | Appel vidéo | Appel vocal manqué | Appel vidéo manqué
            it | Chiamata vocale | Videochiamata | Chiamata vocale persa | Videochiamata persa
            nl | Spraakoproep | Videogesprek | Video-oproep | Gemiste spraakoproep | Gemiste video-oproep | Gemiste oproep
            ru | Аудиозвонок | Видеозвонок | Пропущенный аудиозвонок | Пропущенный видеозвонок
            uk | Аудіовиклик | Відеовиклик | Пропущений аудіовиклик | Пропущений відеовиклик
            tr | Sesli arama | Görüntülü arama | Cevapsız sesli arama | Cevapsız görüntülü arama
            id | Panggilan suara | Panggilan video | Panggilan suara tak terjawab | Panggilan video tak terjawab
            ar | مكالمة صوتية | مكالمة فيديو | مكالمة صوتية فائتة | مكالمة فيديو فائتة | مكالمة مرئية فائتة
            hi | वॉइस कॉल | वीडियो कॉल | मिस्ड वॉइस कॉल | मिस्ड वीडियो कॉल
            he | שיחת קול | שיחת וידאו | שיחת קול שלא נענתה | שיחת וידאו שלא נענתה
            pl | Połączenie głosowe | Połączenie wideo | Nieodebrane połączenie głosowe | Nieodebrane połączenie wideo
            sv | Röstsamtal | Videosamtal | Missat röstsamtal | Missat videosamtal
            zh | 语音通话 | 视频通话 | 未接语音通话 | 未接视频通话 | 語音通話 | 視訊通話 | 未接語音通話 | 未接視訊通話
            ja | 音声通話 | ビデオ通話 | 不在着信 | 音声通話不在着信 | ビデオ通話不在着信
            ko | 음성통화 | 영상통화 | 음성 통화 | 영상 통화 | 부재중 음성 통화 | 부재중 영상 통화
            vi | Cuộc gọi thoại | Cuộc gọi video | Cuộc gọi thoại nhỡ | Cuộc gọi video nhỡ
            """
        );

    /// <summary>In round brackets behind the name of a file, or before a colon and a name in angle brackets.</summary>
    public static PhraseTable Attached { get; } =
        new PhraseTable().Add(
            MessageKind.Media,
            MediaKind.Unknown,
            """
            en | file attached | attached
            es | archivo adjunto | adjunto
            pt | arquivo anexado | ficheiro anexado | anexado | anexo
            de | Datei angehängt | Anhang | angehängt
            fr | fichier joint | pièce jointe | joint
            it | file allegato | allegato
            nl | bestand bijgevoegd | bijgevoegd | bijlage
            ru | файл добавлен | прикреплено | вложение | файл прикреплен
            uk | файл додано | вкладений файл | долучено
            tr | dosya ekli | ekli | eklendi
            id | file terlampir | terlampir | lampiran
            ms | fail dilampirkan | dilampirkan
            ar | الملف مرفق | ملف مرفق | مرفق | المرفق
            fa | فایل پیوست شد | پیوست | پیوست شده
            hi | फ़ाइल अटैच की गई | फ़ाइल संलग्न | अटैच किया गया | संलग्न
            he | קובץ מצורף | מצורף
            pl | załączono plik | plik załączony | załączono | załącznik
            ro | fișier atașat | atașat
            sv | bifogad fil | bifogad
            da | fil vedhæftet | vedhæftet | vedhæftet fil
            nb | fil vedlagt | vedlagt
            fi | tiedosto liitetty | liitetty | liite
            cs | soubor byl přiložen | přiložen | příloha | soubor přiložen
            sk | súbor pripojený | pripojené
            hu | fájl csatolva | csatolva | melléklet
            el | συνημμένο αρχείο | συνημμένο | επισυνάπτεται αρχείο
            bg | файлът е прикачен | прикачен файл
            ca | fitxer adjunt | adjunt
            zh | 文件附件 | 附件 | 檔案已附加 | 檔案附件 | 已附加
            ja | ファイル添付 | 添付ファイル | 添付
            ko | 파일 첨부됨 | 첨부됨 | 첨부
            vi | tệp đính kèm | đính kèm
            th | ไฟล์ที่แนบมา | แนบไฟล์ | แนบ
            """
        );

    /// <summary>A place: whole, or before a colon and an address.</summary>
    public static PhraseTable Locations { get; } =
        new PhraseTable().Add(
            MessageKind.Location,
            MediaKind.Unknown,
            """
            en | location | live location shared | live location omitted
            es | ubicación | ubicación en tiempo real compartida
            pt | localização | localização em tempo real compartilhada | localização atual compartilhada
            de | Standort | Live-Standort wird geteilt | Live-Standort geteilt
            fr | localisation | localisation en direct partagée | emplacement
            it | posizione | posizione in tempo reale condivisa | posizione attuale condivisa
            nl | locatie | live locatie gedeeld
            ru | местоположение | геоданные | трансляция геоданных
            uk | місцезнаходження
            tr | konum | canlı konum paylaşıldı
            id | lokasi | lokasi terkini dibagikan
            ar | الموقع | تمت مشاركة الموقع المباشر
            hi | लोकेशन | स्थान
            he | מיקום
            pl | lokalizacja
            sv | plats
            da | lokation | placering
            nb | posisjon
            fi | sijainti
            zh | 位置 | 地点
            ja | 位置情報
            ko | 위치
            vi | vị trí
            """
        );

    /// <summary>The first line of a poll, up to its colon.</summary>
    public static PhraseTable Polls { get; } =
        new PhraseTable().Add(
            MessageKind.Poll,
            MediaKind.Unknown,
            """
            en | POLL
            es | ENCUESTA
            pt | ENQUETE | SONDAGEM
            de | UMFRAGE
            fr | SONDAGE
            it | SONDAGGIO
            nl | PEILING | POLL
            ru | ОПРОС
            uk | ОПИТУВАННЯ
            tr | ANKET
            id | POLLING | JAJAK PENDAPAT
            ar | استطلاع رأي | استطلاع
            hi | पोल
            he | סקר
            pl | ANKIETA
            sv | OMRÖSTNING
            da | AFSTEMNING
            nb | AVSTEMNING
            fi | KYSELY
            zh | 投票
            ja | アンケート | 投票
            ko | 설문조사 | 투표
            vi | BÌNH CHỌN
            """
        );
}
