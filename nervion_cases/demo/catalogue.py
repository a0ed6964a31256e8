"""The demo's customers, paints and lotes."""

from dataclasses import dataclass
from datetime import timedelta

from casework.catalogue.models import Contact, Customer, Lote, Product
from casework.text import code

# key, name, city, what they do, contact, e-mail (or none), telephone
CUSTOMERS = tuple(
    line.split(" | ")
    for line in """
C-0107 | Ferretería El Tornillo Feliz | Puebla | tienda | Rosa Ibarra | rosa@tornillofeliz.example | 222 555 0107
C-0112 | Comercializadora Peñasco | Monterrey | distribuidora | Tomás Garza | compras@penasco.example | 81 5555 0112
C-0118 | Pinturas y Acabados del Bajío | León | distribuidora | Laura Rentería | laura@acabadosbajio.example | 477 555 0118
C-0125 | Constructora Itzel | Mérida | obra | Ing. Pablo Canul | pcanul@itzel.example | 999 555 0125
C-0131 | Tlapalería La Ñandú | Ciudad de México | tienda | Don Chucho Rivas | - | 55 5555 0131
C-0136 | Grupo Hotelero Costa Azul | Cancún | hotel | Verónica Sáenz | mantenimiento@costaazul.example | 998 555 0136
C-0142 | Decoraciones Quiñones | Guadalajara | tienda | Sofía Quiñones | sofia@quinones.example | 33 5555 0142
C-0149 | Carrocerías del Norte | Saltillo | taller | Abel Treviño | abel@carrocerias.example | 844 555 0149
C-0155 | Muebles Olinalá | Chilpancingo | muebles | Teodoro Nava | - | 747 555 0155
C-0160 | Inmobiliaria Cerro Gordo | Querétaro | obra | Claudia Ávila | obra@cerrogordo.example | 442 555 0160
C-0163 | Distribuidora de Pinturas Anáhuac | Ciudad de México | distribuidora | Gerardo Luna | luna@anahuac.example | 55 5555 0163
C-0167 | Ferretería Los Tres Compadres | Toluca | tienda | Martín Esquivel | - | 722 555 0167
C-0171 | Constructora Sierra Gorda | San Luis Potosí | obra | Arq. Elena Zúñiga | ezuniga@sierragorda.example | 444 555 0171
C-0174 | Materiales y Pinturas Tapatías | Guadalajara | distribuidora | Ramiro Orozco | pedidos@tapatias.example | 33 5555 0174
C-0178 | Hotel Hacienda San Jerónimo | Morelia | hotel | Luis Arreola | compras@haciendasj.example | 443 555 0178
C-0181 | Tlapalería y Ferretería Güereña | Culiacán | tienda | Isabel Güereña | isabel@guerena.example | 667 555 0181
C-0185 | Taller Automotriz Hermanos Peña | Aguascalientes | taller | Joel Peña | taller@hermanospena.example | 449 555 0185
C-0189 | Carpintería y Muebles Ocumicho | Uruapan | muebles | Rafael Huipe | - | 452 555 0189
C-0192 | Pinturas del Golfo | Veracruz | distribuidora | Carmen Utrera | carmen@pinturasgolfo.example | 229 555 0192
C-0196 | Edificaciones Usumacinta | Villahermosa | obra | Ing. Óscar Madrigal | omadrigal@usumacinta.example | 993 555 0196
C-0203 | Ferretera Chihuahuense | Chihuahua | distribuidora | Lorena Baeza | lbaeza@ferrechih.example | 614 555 0203
C-0207 | Recubrimientos Industriales Lagunera | Torreón | industria | Ing. Saúl Murra | smurra@rilaguna.example | 871 555 0207
C-0211 | Casa Color Mixteca | Oaxaca | tienda | Eufemia Santiago | casacolor@mixteca.example | 951 555 0211
C-0215 | Hoteles Punta Coral | Playa del Carmen | hotel | Andrés Pech | apech@puntacoral.example | 984 555 0215
C-0218 | Mueblería Artesanal Jalisciense | Tlaquepaque | muebles | Noemí Castellanos | noemi@muebleriajal.example | 33 5555 0218
C-0222 | Constructora Valle de Atemajac | Zapopan | obra | Arq. Jimena Robles | obras@atemajac.example | 33 5555 0222
C-0226 | Ferretería y Pinturas El Águila | Tijuana | tienda | Fernando Ochoa | fochoa@elaguila.example | 664 555 0226
C-0230 | Distribuidora Pinta Sureste | Tuxtla Gutiérrez | distribuidora | Marisol Grajales | m@pintasureste.example | 961 555 0230
C-0234 | Maquiladora Frontera Norte | Ciudad Juárez | industria | Ing. Hugo Ruiz | hc@fronteranorte.example | 656 555 0234
C-0237 | Tlapalería Doña Lupe | Cuernavaca | tienda | Guadalupe Salgado | - | 777 555 0237
C-0241 | Carrocerías y Remolques Anaya | Querétaro | taller | Ernesto Anaya | ernesto@remolquesanaya.example | 442 555 0241
C-0245 | Mantenimiento Chapultepec | Ciudad de México | obra | Silvia Barrios | sbarrios@michapultepec.example | 55 5555 0245
C-0249 | Ferretería La Escuadra | Durango | tienda | Arturo Favela | ventas@laescuadra.example | 618 555 0249
C-0253 | Empacadora San Isidro | Irapuato | industria | Ing. Teresa Medina | tmedina@sanisidro.example | 462 555 0253
C-0257 | Pinturas Selectas de Sonora | Hermosillo | distribuidora | Rubén Valenzuela | ruben@selectas.example | 662 555 0257
C-0261 | Colegio Nueva Galicia | Guadalajara | obra | Rosalba Ureña | administracion@nuevagalicia.example | 33 5555 0261
C-0264 | Ebanistería Roble Blanco | Pátzcuaro | muebles | Silverio Tzintzun | - | 434 555 0264
C-0268 | Desarrollos Bahía de Banderas | Puerto Vallarta | obra | Ing. Marco Tello | mtello@bahiadebanderas.example | 322 555 0268
""".strip().splitlines()
)

# key, name, line, how it is named in a sentence, what it comes in, price of one
PRODUCTS = tuple(
    line.split(" | ")
    for line in """
VIN-BL-19 | Vinílica Mate Blanco 19 L | Vinílicas | la vinílica blanca | cubetas | 1190
VIN-OC-04 | Vinílica Satinada Ocre 4 L | Vinílicas | la vinílica ocre | galones | 420
ESM-NG-01 | Esmalte Alquidálico Negro 1 L | Esmaltes | el esmalte negro | latas | 185
ESM-AZ-04 | Esmalte Acrílico Azul Talavera 4 L | Esmaltes | el esmalte azul talavera | galones | 640
IMP-RJ-19 | Impermeabilizante Terracota 19 L | Impermeabilizantes | el impermeabilizante terracota | cubetas | 1890
EPX-GR-04 | Epóxico para Pisos Gris 4 L | Industriales | el epóxico gris | galones | 1350
BAR-CH-01 | Barniz Marino Chocolate 1 L | Barnices | el barniz chocolate | latas | 265
THN-ST-20 | Thinner Estándar 20 L | Solventes | el thinner estándar | tambos | 980
VIN-RS-19 | Vinílica Mate Rosa Mexicano 19 L | Vinílicas | la vinílica rosa mexicano | cubetas | 1260
VIN-VJ-04 | Vinílica Satinada Verde Jade 4 L | Vinílicas | la vinílica verde jade | galones | 435
VIN-EC-19 | Vinílica Económica Hueso 19 L | Vinílicas | la vinílica hueso | cubetas | 760
ESM-BL-04 | Esmalte Alquidálico Blanco 4 L | Esmaltes | el esmalte blanco | galones | 615
ESM-RO-01 | Esmalte Alquidálico Rojo Óxido 1 L | Esmaltes | el esmalte rojo óxido | latas | 178
IMP-BL-19 | Impermeabilizante Blanco 7 Años 19 L | Impermeabilizantes | el impermeabilizante blanco | cubetas | 2240
IMP-FB-19 | Impermeabilizante Fibratado Gris 19 L | Impermeabilizantes | el impermeabilizante fibratado | cubetas | 1980
TRF-AM-19 | Pintura de Tráfico Amarilla 19 L | Industriales | la pintura de tráfico | cubetas | 2310
PRI-AC-04 | Primario Anticorrosivo Gris 4 L | Industriales | el primario anticorrosivo | galones | 720
BAR-NT-04 | Barniz para Madera Natural 4 L | Barnices | el barniz natural | galones | 890
LAC-TR-04 | Laca Transparente Mate 4 L | Barnices | la laca transparente | galones | 760
SEL-5X-19 | Sellador Vinílico 5 a 1 19 L | Selladores | el sellador vinílico | cubetas | 840
THN-AM-20 | Thinner Americano 20 L | Solventes | el thinner americano | tambos | 1240
FON-GR-01 | Fondo Automotivo Gris 1 L | Automotivos | el fondo automotivo | latas | 240
""".strip().splitlines()
)

WEEKS_BETWEEN_LOTES = 4
LOTES_BEFORE = 3  # so that whoever complains on the first day has something in the cellar


@dataclass(frozen=True)
class Catalogue:
    """What the stories choose from, by position: customers with their contact, products with their lotes, newest first."""

    customers: list
    contacts: list
    products: list
    lotes: list

    def lote_of(self, position, day, *, back=0):
        """The lote of a product that shops have on a day, `back` lotes before the newest that can have reached them."""
        sold = [lote for lote in self.lotes[position] if lote.made_on <= day - timedelta(days=10)]
        return sold[min(back, len(sold) - 1)]


def make_catalogue(today, *, months=2):
    """Customers with a contact, and products with a lote every four weeks for some months until `today` (a date)."""
    customers, contacts, products, lotes = [], [], [], []
    for key, name, city, _, contact, email, phone in CUSTOMERS:
        customers.append(Customer.objects.create(key=key, name=name, city=city))
        email = "" if email == "-" else email
        contacts.append(Contact.objects.create(customer=customers[-1], name=contact, email=email, phone=phone))
    turns = months * 30 // (7 * WEEKS_BETWEEN_LOTES) + LOTES_BEFORE
    for position, (key, name, line, *_) in enumerate(PRODUCTS):
        products.append(Product.objects.create(key=key, name=name, line=line))
        lotes.append([_lote(products[-1], position, today, turn) for turn in range(turns)])
    Lote.objects.bulk_create([lote for of_product in lotes for lote in of_product])
    return Catalogue(customers, contacts, products, lotes)


def _lote(product, position, today, turn):
    made_on = today - timedelta(days=18 + 7 * WEEKS_BETWEEN_LOTES * turn + position)
    while made_on.weekday() > 4:
        made_on -= timedelta(days=1)
    number = f"L{made_on:%y} {made_on:%j}{position + 1:02}-{'ABC'[turn % 3]}"
    return Lote(product=product, number=number, key=code(number)[:40], made_on=made_on)
