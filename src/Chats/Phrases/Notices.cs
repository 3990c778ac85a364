using System.Text;

namespace Heretix.Chats.Phrases;

/// <summary>How notices of WhatsApp are told from messages where both have a colon.</summary>
internal static class Notices
{
    /// <summary>Inside the notice that a chat is encrypted.</summary>
    private static readonly byte[][] Encryption =
    [
        .. Bytes(
            """
            end-to-end encrypted|end-to-end encryption|end-to-end|Ende-zu-Ende|extremo a extremo|ponta a ponta|ponto a ponto
            bout en bout|da un'estremità all'altra|eind-tot-eind|сквозным шифрованием|сквозное шифрование|наскрізн|uçtan uca
            secara end-to-end|مشفرة تمامًا بين الطرفين|تشفير تام|سرتاسر|एंड-टू-एंड|מקצה לקצה|całościow|dla całej trasy
            alla end-to-end|från början till slut|päästä päähän|koncové šifrov|végpontok közötti|διατερματικ|端到端|端對端
            エンドツーエンド|종단간|đầu cuối|từ đầu đến cuối|ปลายทางถึงปลายทาง|เข้ารหัสจากต้นทาง
            """
        ),
    ];

    /// <summary>What stands between a name and a group's new title, in which a colon may follow.</summary>
    private static readonly byte[][] Verbs =
    [
        .. Bytes(
            """
             changed the subject |changed the group name| changed the group description| created group | created this group
             changed the group's |changed this group's | added you to the group | cambió el asunto | cambió el nombre del grupo
             creó el grupo | mudou o nome do grupo | mudou o assunto | alterou o nome do grupo | criou o grupo | criou grupo
             hat den Betreff | hat die Gruppe | hat den Gruppennamen | hat den Namen der Gruppe | a changé le sujet | a changé l'objet
             a créé le groupe | a modifié le nom du groupe | a modifié le sujet | ha cambiato l'oggetto | ha cambiato il nome del gruppo
             ha creato il gruppo | heeft het onderwerp | heeft de groep | heeft de groepsnaam | изменил тему | изменила тему
             изменил(-а) тему | изменил(-а) название | создал группу | создала группу | создал(-а) группу | змінив тему | створив групу
             konuyu | grup adını | grubunu oluşturdu | mengubah subjek | mengubah nama grup | membuat grup | غيّر الموضوع | غيّر اسم المجموعة
             أنشأ المجموعة | أنشأ مجموعة | ने विषय | ने ग्रुप का नाम | ने ग्रुप | שינה את נושא | שינה את שם הקבוצה | יצר את הקבוצה
             zmienił temat | zmienił(a) temat | utworzył grupę | zmienił nazwę grupy | ändrade ämnet | skapade gruppen | ændrede emnet
             oprettede gruppen | endret emnet | opprettet gruppen | loi ryhmän | změnil předmět | vytvořil skupinu
            更改了群组主题|创建了群组|更改了群名|更改主題|建立了群組|変更しました|グループを作成|그룹 이름을|그룹을 만들었|đã đổi chủ đề|đã tạo nhóm
            """
        ),
    ];

    /// <summary>Whether a text is the notice about encryption.</summary>
    public static bool IsEncryption(ReadOnlySpan<byte> text) => ContainsAny(text, Encryption);

    /// <summary>
    /// Whether what stands before a colon is no name but the beginning of a notice: it says that somebody changed a title,
    /// or opens a quotation that it does not close.
    /// </summary>
    public static bool IsNoName(ReadOnlySpan<byte> name) =>
        name.Length > 3 && (HasOpenQuotation(name) || ContainsAny(name, Verbs));

    private static bool HasOpenQuotation(ReadOnlySpan<byte> name)
    {
        var straight = name.Count((byte)'"');
        // A German quotation opens low and closes with the sign that opens an English one.
        var (low, high, right) = (name.Count("„"u8), name.Count("“"u8), name.Count("”"u8));
        var opening = (low > 0 ? low : high) + name.Count("«"u8) + name.Count("「"u8);
        var closing = (low > 0 ? high : 0) + right + name.Count("»"u8) + name.Count("」"u8);
        return straight % 2 == 1 || opening > closing;
    }

    private static bool ContainsAny(ReadOnlySpan<byte> text, byte[][] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (text.IndexOf(phrase) >= 0)
                return true;
        }
        return false;
    }

    private static IEnumerable<byte[]> Bytes(string lines) =>
        lines
            .Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(phrase => phrase.Trim().Length > 1)
            .Select(Encoding.UTF8.GetBytes);
}
