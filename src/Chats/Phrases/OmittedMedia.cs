namespace Heretix.Chats.Phrases;

/// <summary>What stands in place of media that were left out of an export: whole messages.</summary>
internal static class OmittedMedia
{
    /// <summary>Android: one marker for every medium.</summary>
    private const string Any = """
        en | <Media omitted>
        es | <Multimedia omitido> | <Archivo omitido> | <Medios omitidos>
        pt | <Mídia oculta> | <Ficheiro não revelado> | <Arquivo de mídia oculto> | <Mídia omitida>
        de | <Medien ausgeschlossen> | <Medien weggelassen> | <Mediendatei entfernt>
        fr | <Médias omis> | <Fichier média omis> | <Média omis>
        it | <Media omessi> | <Media omesso> | <File multimediale omesso>
        nl | <Media weggelaten> | <Media verwijderd>
        ru | <Без медиафайлов> | <Медиафайл пропущен> | <Файл пропущен> | <Медиа пропущены>
        uk | <Без медіафайлів> | <Медіафайл пропущено> | <Медіа пропущено>
        tr | <Medya dahil edilmedi> | <Medya çıkarılmış>
        id | <Media tidak disertakan> | <Media tak disertakan>
        ms | <Media dikeluarkan> | <Media disembunyikan>
        ar | <تم استبعاد الوسائط> | <الوسائط غير مدرجة> | <تم إهمال الوسائط>
        fa | <رسانه حذف شد> | <پیوست نما حذف شد> | <رسانه ضمیمه نشده>
        ur | <میڈیا چھوڑ دیا گیا> | <میڈیا شامل نہیں>
        hi | <मीडिया के बिना> | <मीडिया छोड़ा गया> | <मीडिया शामिल नहीं है>
        bn | <মিডিয়া বাদ দেওয়া হয়েছে> | <মিডিয়া ছাড়া>
        ta | <ஊடகம் தவிர்க்கப்பட்டது>
        te | <మీడియా విస్మరించబడింది>
        mr | <मीडिया वगळले>
        gu | <મીડિયા છોડી દીધું>
        he | <המדיה לא נכללה> | <המדיה הושמטה> | <מדיה הושמטה>
        pl | <pominięto multimedia> | <multimedia pominięte> | <plik multimedialny pominięty>
        ro | <Fișier media omis> | <Fișierele media au fost omise> | <Media omise>
        sv | <Media har utelämnats> | <media utelämnat> | <Mediefil utelämnad>
        da | <Mediefil udeladt> | <Medier udeladt> | <mediefil udeladt>
        nb | <Media utelatt> | <Mediefil er utelatt> | <Uten vedlegg>
        fi | <Media jätettiin pois> | <Media jätetty pois> | <Mediatiedosto poistettu>
        cs | <Média vynechána> | <Médium vynecháno> | <Média byla vynechána>
        sk | <Médiá vynechané> | <Médium vynechané>
        hu | <Média elhagyva> | <Hiányzó médiafájl> | <Médiafájl kihagyva>
        hr | <Medijski zapis izostavljen> | <Izostavljen medijski zapis>
        sr | <Медијум изостављен> | <Медији изостављени>
        bg | <Мултимедията е пропусната> | <Без файл>
        el | <Παραλείφθηκαν πολυμέσα> | <Μη συμπερίληψη πολυμέσων> | <Τα πολυμέσα παραλείφθηκαν>
        ca | <Mitjans omesos> | <S'ha omès el fitxer multimèdia>
        zh | <省略多媒体文件> | <媒体文件已省略> | <已忽略多媒體檔案> | <略去多媒體檔> | <媒體已略去>
        ja | <メディアは含まれていません> | <メディアファイルを含まず> | <メディア未収録> | <メディア省略>
        ko | <미디어 파일을 생략한 상태로 대화를 보냄> | <미디어 파일 제외됨> | <미디어 파일을 생략함>
        vi | <Media đã bị bỏ qua> | <Đã bỏ qua tệp phương tiện> | <Bỏ qua phương tiện>
        th | <ไม่รวมสื่อ> | <ละเว้นสื่อ> | <ไม่ได้รวมไฟล์สื่อ>
        sw | <Media imeondolewa> | <Faili imeachwa>
        af | <Media weggelaat>
        """;

    private const string Images = """
        en | image omitted | photo omitted
        es | imagen omitida | Foto omitida
        pt | imagem ocultada | imagem omitida | foto ocultada | imagem oculta
        de | Bild weggelassen | Foto weggelassen
        fr | image absente | image omise
        it | immagine omessa | foto omessa
        nl | afbeelding weggelaten | foto weggelaten
        ru | изображение отсутствует | изображение пропущено
        uk | зображення пропущено | зображення вилучено
        tr | görüntü dahil edilmedi | resim dahil edilmedi
        id | gambar tidak disertakan | foto tidak disertakan
        ar | تم استبعاد الصورة | الصورة مستبعدة | صورة غير مدرجة
        fa | تصویر حذف شد
        hi | इमेज शामिल नहीं की गई | इमेज हटाई गई
        he | התמונה לא נכללה | התמונה הושמטה
        pl | obraz pominięto | pominięto obraz | grafika została pominięta
        ro | imagine omisă
        sv | bild utelämnad | bild utesluten
        da | billede udeladt
        nb | bilde utelatt | bildet ble utelatt
        fi | kuva jätettiin pois | kuva jätetty pois
        cs | obrázek vynechán | obrázek byl vynechán
        hu | kép kihagyva | képet elhagyták
        el | η εικόνα παραλείφθηκε | παραλείφθηκε εικόνα
        ca | imatge omesa
        zh | 忽略图片 | 图片已省略 | 已略去圖片 | 圖片已略去
        ja | 画像は含まれていません | 画像が省略されました | 画像を省略しました
        ko | 이미지 생략됨 | 사진 생략됨 | 이미지가 생략됨
        vi | hình ảnh bị bỏ qua | đã bỏ qua hình ảnh | Không có hình ảnh
        th | ละเว้นรูปภาพ | ไม่รวมรูปภาพ
        """;

    private const string Videos = """
        en | video omitted | video note omitted
        es | video omitido | Vídeo omitido | nota de video omitida
        pt | vídeo omitido | vídeo ocultado | vídeo oculto
        de | Video weggelassen | Videonachricht weggelassen
        fr | vidéo absente | vidéo omise
        it | video omesso
        nl | video weggelaten
        ru | видео отсутствует | видео пропущено
        uk | відео пропущено
        tr | video dahil edilmedi
        id | video tidak disertakan
        ar | تم استبعاد الفيديو | الفيديو مستبعد | تم استبعاد مقطع الفيديو
        hi | वीडियो शामिल नहीं किया गया | वीडियो हटाया गया
        he | הווידאו לא נכלל | הסרטון לא נכלל | הסרטון הושמט
        pl | pominięto wideo | film pominięto
        ro | videoclip omis
        sv | video utelämnad | video utesluten
        da | video udeladt
        nb | video utelatt
        fi | video jätettiin pois
        cs | video vynecháno
        hu | videó kihagyva
        el | το βίντεο παραλείφθηκε
        zh | 忽略视频 | 视频已省略 | 已略去影片 | 影片已略去
        ja | 動画は含まれていません | 動画が省略されました
        ko | 동영상 생략됨
        vi | video bị bỏ qua | đã bỏ qua video
        th | ละเว้นวิดีโอ | ไม่รวมวิดีโอ
        """;

    private const string Sounds = """
        en | audio omitted | voice message omitted
        es | audio omitido
        pt | áudio ocultado | áudio omitido | áudio oculto
        de | Audio weggelassen | Sprachnachricht weggelassen
        fr | audio omis | message vocal absent
        it | audio omesso
        nl | audio weggelaten
        ru | аудиофайл отсутствует | аудио отсутствует | аудио пропущено
        uk | аудіо пропущено
        tr | ses dahil edilmedi
        id | audio tidak disertakan
        ar | تم استبعاد الصوت | تم استبعاد المقطع الصوتي | الصوت مستبعد
        hi | ऑडियो शामिल नहीं किया गया | ऑडियो हटाया गया
        he | הקלטה לא נכללה | האודיו לא נכלל | השמע הושמט
        pl | pominięto plik audio | pominięto dźwięk
        ro | audio omis
        sv | ljud utelämnat | ljud uteslutet
        da | lyd udeladt
        nb | lyd utelatt
        fi | ääni jätettiin pois
        cs | zvuk vynechán | audio vynecháno
        hu | hang kihagyva
        el | ο ήχος παραλείφθηκε
        zh | 忽略音频 | 音频已省略 | 已略去語音 | 音訊已略去
        ja | 音声は含まれていません | 音声が省略されました | オーディオが省略されました
        ko | 오디오 생략됨 | 음성 생략됨
        vi | âm thanh bị bỏ qua | đã bỏ qua âm thanh
        th | ละเว้นเสียง | ไม่รวมเสียง
        """;

    private const string Gifs = """
        en | GIF omitted
        es | GIF omitido
        pt | GIF omitido | GIF ocultado | GIF oculto
        de | GIF weggelassen
        fr | GIF absente | GIF retiré | GIF omis
        it | GIF esclusa | GIF omessa
        nl | GIF weggelaten
        ru | GIF отсутствует | GIF пропущено
        tr | GIF dahil edilmedi
        id | GIF tidak disertakan
        ar | تم استبعاد GIF | تم استبعاد صورة متحركة
        hi | GIF शामिल नहीं किया गया
        he | GIF לא נכלל
        pl | pominięto GIF
        sv | GIF utelämnad
        da | GIF udeladt
        nb | GIF utelatt
        zh | 忽略 GIF | GIF 已省略 | 已略去 GIF
        ja | GIFは含まれていません | GIFが省略されました
        ko | GIF 생략됨
        vi | GIF bị bỏ qua
        """;

    private const string Stickers = """
        en | sticker omitted
        es | sticker omitido
        pt | figurinha omitida | figurinha ocultada | sticker oculto
        de | Sticker weggelassen
        fr | sticker omis | autocollant absent
        it | sticker non incluso | sticker omesso
        nl | sticker weggelaten
        ru | стикер отсутствует | стикер пропущен
        uk | стікер пропущено
        tr | Çıkartma dahil edilmedi
        id | stiker tidak disertakan
        ar | تم استبعاد الملصق | الملصق مستبعد
        hi | स्टिकर शामिल नहीं किया गया | स्टिकर हटाया गया
        he | המדבקה לא נכללה | הסטיקר לא נכלל
        pl | pominięto naklejkę
        sv | klistermärke utelämnat
        da | klistermærke udeladt | sticker udeladt
        nb | klistremerke utelatt
        fi | tarra jätettiin pois
        zh | 忽略表情包 | 贴图已省略 | 已略去貼圖 | 貼圖已略去
        ja | ステッカーは含まれていません | スタンプが省略されました | ステッカーが省略されました
        ko | 스티커 생략됨
        vi | nhãn dán bị bỏ qua | đã bỏ qua nhãn dán
        th | ละเว้นสติกเกอร์
        """;

    private const string Documents = """
        en | document omitted
        es | documento omitido
        pt | documento omitido | documento ocultado | documento oculto
        de | Dokument weggelassen
        fr | document manquant | document omis | document absent
        it | documento omesso
        nl | document weggelaten
        ru | документ отсутствует | документ пропущен
        tr | belge dahil edilmedi
        id | dokumen tidak disertakan
        ar | تم استبعاد المستند | المستند مستبعد
        hi | डॉक्यूमेंट शामिल नहीं किया गया
        he | המסמך לא נכלל
        pl | pominięto dokument
        sv | dokument utelämnat
        da | dokument udeladt
        nb | dokument utelatt
        zh | 忽略文件 | 文档已省略 | 已略去文件
        ja | 文書は含まれていません | ドキュメントが省略されました
        ko | 문서 생략됨
        vi | tài liệu bị bỏ qua
        """;

    private const string ViewOnce = """
        en | null | <View once message omitted> | View once message omitted | view once voice message omitted | <View once voice message omitted>
        es | <Mensaje de visualización única omitido>
        pt | <Mensagem de visualização única ocultada>
        de | <Einmalansicht-Nachricht weggelassen>
        fr | <Message à vue unique omis>
        it | <Messaggio visualizzabile una volta omesso>
        """;

    private const string Contacts = """
        en | Contact card omitted | contact omitted
        es | Tarjeta de contacto omitida
        pt | Cartão do contato omitido | cartão de contacto omitido
        de | Kontaktkarte ausgelassen | Kontaktkarte weggelassen
        fr | Carte de contact manquante | fiche contact manquante
        it | scheda contatto omessa | Scheda contatto omessa
        nl | Contactkaart weggelaten
        ru | Карточка контакта отсутствует | Карточка контакта пропущена
        tr | Kişi kartı dahil edilmedi
        id | Kartu kontak tidak disertakan
        ar | تم استبعاد بطاقة جهة الاتصال
        hi | संपर्क कार्ड शामिल नहीं किया गया
        he | כרטיס איש הקשר לא נכלל
        pl | pominięto kartę kontaktu
        zh | 忽略联系人名片 | 联系人名片已省略 | 已略去聯絡人名片
        ja | 連絡先カードは含まれていません | 連絡先カードが省略されました
        ko | 연락처 카드 생략됨
        """;

    public static PhraseTable Table { get; } =
        new PhraseTable()
            .Add(MessageKind.Media, MediaKind.Unknown, Any)
            .Add(MessageKind.Media, MediaKind.Image, Images)
            .Add(MessageKind.Media, MediaKind.Video, Videos)
            .Add(MessageKind.Media, MediaKind.Audio, Sounds)
            .Add(MessageKind.Media, MediaKind.Gif, Gifs)
            .Add(MessageKind.Media, MediaKind.Sticker, Stickers)
            .Add(MessageKind.Media, MediaKind.Document, Documents)
            .Add(MessageKind.Media, MediaKind.ViewOnce, ViewOnce)
            .Add(MessageKind.Contact, MediaKind.Unknown, Contacts);
}
