/** What people take first: common passwords, then names and words that stand in them, the commonest first. */
export const commonWords =
	'password 123456 qwerty admin welcome letmein monkey dragon login iloveyou football princess sunshine master hello charlie baseball superman batman shadow michael ' +
	'ashley jordan daniel thomas andrew joshua jennifer jessica michelle amanda nicole robert william anthony matthew george david james maria anna laura sarah peter ' +
	'martin marco mario sofia julia lisa emma olivia lucas oliver alex alexander victoria samantha elizabeth natasha mohamed mohammed ahmed ali omar fatima hassan ' +
	'passwort motdepasse contrasena parola senha secret geheim changeme default guest test testing temp root user access pass pass1 passphrase bauta anonymous ' +
	'trustno starwars pokemon naruto matrix google facebook twitter amazon apple samsung nokia android windows linux ubuntu github computer internet server system ' +
	'soccer hockey tennis golf basketball liverpool chelsea arsenal barcelona madrid juventus yankees lakers cowboys steelers ranger ' +
	'love life lover loveme baby angel lovely sweet honey heart kiss happy smile friend friends family mother father sister brother mommy daddy money ' +
	'summer winter spring autumn january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday ' +
	'red blue green yellow orange purple black white silver golden gold pink brown flower rose lily daisy butterfly rainbow star stars moon sun sky ocean river mountain forest ' +
	'cat dog horse tiger lion bear wolf eagle falcon snake spider bird fish rabbit mouse panda kitty puppy buddy lucky ginger pepper cookie chocolate banana cherry coffee cheese pizza chicken ' +
	'correct battery staple house home school work world earth city paris london berlin america england france italy spain russia turkey egypt canada mexico brazil texas ' +
	'music guitar piano metal rock dance party game gamer player power super mega ultra magic wizard knight king queen prince ninja pirate samurai hunter killer warrior soldier ' +
	'freedom peace jesus christ god heaven angels faith hope blessed allah bismillah devil demon death ghost zombie ' +
	'good best cool great nice big little small new old hot cold fast first last one two three four five six seven eight nine ten hundred thousand million ' +
	'the and you are for not with this that have from they what your all can her was one our out day get has him his how man now see way who its let put say she too use ' +
	'there their about would these other words could write people water than been call find long down come made part over only know place year live back give most very after thing ' +
	'think also around another came three word must because does well such here take why help put different away again off went old number great tell men say small every found still ' +
	'between name should air line set own under read never right same while might next sound below saw something thought both few those always show large often together asked turn open ' +
	'door window table chair book phone mobile camera car truck train plane ship boat road street light night morning evening today tomorrow yesterday forever always never maybe please ' +
	'abc abcd xyz asdf zxcv qwertz azerty qaz wsx qazwsx zaq mnbvcxz poiuy lkjhgf aaa zzz foo bar foobar blah lol omg wtf xxx sex sexy fuck fuckyou shit bitch asshole pussy dick ' +
	'كلمة السر مرحبا حبيبي حبيبتي محمد احمد فاطمة علي عمر الله بسم سلام ماما بابا';
